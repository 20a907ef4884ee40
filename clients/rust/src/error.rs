//! The one error type of the crate.

use std::{collections::BTreeMap, error, sync::Arc, time::Duration};

use crate::Code;

/// A call that failed, by the server's word or before it was sent, or a snapshot file that cannot be
/// read.
///
/// ```
/// # fn show(error: protovec::Error) {
/// match error.reason() {
///     "RECORD_NOT_FOUND" => println!("there is none"),
///     reason => println!("{} because of {reason}: {}", error.code(), error.message()),
/// }
/// # }
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, thiserror::Error)]
#[cfg_attr(not(feature = "client"), allow(dead_code))]
#[error("{code}{}: {message}", in_brackets(.reason))]
struct Inner {
    code: Code,
    reason: String,
    message: String,
    field_violations: Vec<FieldViolation>,
    retry_after: Option<Duration>,
    metadata: BTreeMap<String, String>,
    /// What the server says of repeating the call by itself, in milliseconds; negative: not at all.
    pushback_ms: Option<i64>,
    /// Whether the server itself gave the details, and not the connection or a proxy.
    is_servers_word: bool,
    #[source]
    source: Option<Arc<dyn error::Error + Send + Sync>>,
}

fn in_brackets(reason: &str) -> String {
    if reason.is_empty() {
        String::new()
    } else {
        format!(" ({reason})")
    }
}

/// One field at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldViolation {
    /// Path from the request, in names of the schema: `records[3].embedding`.
    pub field: String,
    /// What is wrong with it and what would be right.
    pub description: String,
}

impl FieldViolation {
    /// A violation of the field at this path.
    pub fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            description: description.into(),
        }
    }
}

impl Error {
    /// An error of your own: what a source of records that fails gives to the load that reads it.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            reason: String::new(),
            message: message.into(),
            field_violations: Vec::new(),
            retry_after: None,
            metadata: BTreeMap::new(),
            pushback_ms: None,
            is_servers_word: false,
            source: None,
        }))
    }

    /// The same error with what caused it.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn error::Error + Send + Sync + 'static>>,
    ) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// The status code of gRPC.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Stable reason, such as `RECORD_NOT_FOUND`. The name of the code when the server gave none.
    #[must_use]
    pub fn reason(&self) -> &str {
        if self.0.reason.is_empty() {
            self.0.code.name()
        } else {
            &self.0.reason
        }
    }

    /// What is wrong and what to do, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The fields at fault; empty when none is.
    #[must_use]
    pub fn field_violations(&self) -> &[FieldViolation] {
        &self.0.field_violations
    }

    /// Path of the first field at fault.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        Some(self.0.field_violations.first()?.field.as_str())
    }

    /// The call may succeed when it is repeated after so long. `None`: the server did not say.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Facts for programs, such as the file and the offset of damage.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.0.metadata
    }

    pub(crate) fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.0.reason = reason.into();
        self
    }

    pub(crate) fn with_fact(mut self, key: &str, value: impl ToString) -> Self {
        self.0.metadata.insert(key.to_owned(), value.to_string());
        self
    }
}

#[cfg(feature = "client")]
impl Error {
    /// An argument that the client itself refuses. `field` is its path in names of the schema.
    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(Code::InvalidArgument, message.clone()).with_violation(field, message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(Code::Internal, message)
    }

    pub(crate) fn with_violation(
        mut self,
        field: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        let violation = FieldViolation::new(field, description);
        self.0.field_violations.push(violation);
        self
    }

    pub(crate) fn with_retry_after(mut self, delay: Option<Duration>) -> Self {
        self.0.retry_after = delay;
        self
    }

    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    pub(crate) fn with_pushback_ms(mut self, pushback_ms: Option<i64>) -> Self {
        self.0.pushback_ms = pushback_ms;
        self
    }

    pub(crate) fn said_by_server(mut self) -> Self {
        self.0.is_servers_word = true;
        self
    }

    pub(crate) fn pushback_ms(&self) -> Option<i64> {
        self.0.pushback_ms
    }

    pub(crate) fn is_servers_word(&self) -> bool {
        self.0.is_servers_word
    }

    /// The same error with other paths of its fields.
    pub(crate) fn with_paths(mut self, path: impl Fn(&str) -> String) -> Self {
        for violation in &mut self.0.field_violations {
            violation.field = path(&violation.field);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::Error;
    use crate::Code;

    #[test]
    fn the_reason_is_the_code_when_there_is_none() {
        let error = Error::new(Code::NotFound, "gone");
        assert_eq!(error.reason(), "NOT_FOUND");
        assert_eq!(error.to_string(), "NOT_FOUND: gone");
        let error = error.with_reason("RECORD_NOT_FOUND");
        assert_eq!(error.to_string(), "NOT_FOUND (RECORD_NOT_FOUND): gone");
    }

    #[test]
    fn the_source_is_told() {
        let error = Error::new(Code::Internal, "no").with_source("because");
        assert_eq!(
            error.source().map(ToString::to_string).as_deref(),
            Some("because")
        );
    }
}
