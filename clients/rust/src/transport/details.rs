//! Reads `grpc-status-details-bin`: a google.rpc.Status whose details hold ErrorInfo, BadRequest and
//! RetryInfo. The few messages are declared here, so that no crate is needed for them.

use std::{collections::BTreeMap, time::Duration};

use prost::Message;
use prost_types::Any;

use crate::Error;

/// google.rpc.Status.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// google.rpc.ErrorInfo.
#[derive(Clone, PartialEq, Message)]
struct ErrorInfo {
    #[prost(string, tag = "1")]
    reason: String,
    #[prost(btree_map = "string, string", tag = "3")]
    metadata: BTreeMap<String, String>,
}

/// google.rpc.BadRequest.
#[derive(Clone, PartialEq, Message)]
struct BadRequest {
    #[prost(message, repeated, tag = "1")]
    field_violations: Vec<Violation>,
}

/// google.rpc.BadRequest.FieldViolation.
#[derive(Clone, PartialEq, Message)]
struct Violation {
    #[prost(string, tag = "1")]
    field: String,
    #[prost(string, tag = "2")]
    description: String,
}

/// google.rpc.RetryInfo.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<prost_types::Duration>,
}

/// The error with its encoded details. What cannot be read is as good as none: a damaged trailer must
/// not hide the status that it came with.
pub(super) fn with_details(mut error: Error, encoded: &[u8]) -> Error {
    let Ok(status) = Status::decode(encoded) else {
        return error;
    };
    if encoded.is_empty() {
        return error;
    }
    error = error.said_by_server();
    for any in status.details {
        let value = any.value.as_slice();
        error = match any.type_url.rsplit('/').next() {
            Some("google.rpc.ErrorInfo") => match ErrorInfo::decode(value) {
                Ok(info) => info
                    .metadata
                    .iter()
                    .fold(error.with_reason(info.reason), |error, (key, value)| {
                        error.with_fact(key, value)
                    }),
                Err(_) => error,
            },
            Some("google.rpc.BadRequest") => match BadRequest::decode(value) {
                Ok(request) => request
                    .field_violations
                    .into_iter()
                    .fold(error, |error, violation| {
                        error.with_violation(violation.field, violation.description)
                    }),
                Err(_) => error,
            },
            Some("google.rpc.RetryInfo") => match RetryInfo::decode(value) {
                Ok(info) => error.with_retry_after(info.retry_delay.and_then(delay)),
                Err(_) => error,
            },
            _ => error,
        };
    }
    error
}

fn delay(duration: prost_types::Duration) -> Option<Duration> {
    Duration::try_from(duration).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use prost::Message;
    use prost_types::Any;

    use super::{BadRequest, ErrorInfo, RetryInfo, Status, Violation, with_details};
    use crate::{Code, Error};

    fn any(name: &str, message: &impl Message) -> Any {
        Any {
            type_url: format!("type.googleapis.com/google.rpc.{name}"),
            value: message.encode_to_vec(),
        }
    }

    fn encoded() -> Vec<u8> {
        let info = ErrorInfo {
            reason: "OVERLOADED".to_owned(),
            metadata: [("limit".to_owned(), "7".to_owned())].into(),
        };
        let violation = Violation {
            field: "record.id".to_owned(),
            description: "too long".to_owned(),
        };
        let request = BadRequest {
            field_violations: vec![violation],
        };
        let retry = RetryInfo {
            retry_delay: Some(prost_types::Duration {
                seconds: 1,
                nanos: 500_000_000,
            }),
        };
        let details = vec![
            any("ErrorInfo", &info),
            any("Unheard", &info),
            any("BadRequest", &request),
            any("RetryInfo", &retry),
        ];
        Status { details }.encode_to_vec()
    }

    #[test]
    fn all_details_are_read() {
        let error = with_details(Error::new(Code::ResourceExhausted, "no"), &encoded());
        assert_eq!(error.reason(), "OVERLOADED");
        assert_eq!(error.metadata()["limit"], "7");
        assert_eq!(error.field(), Some("record.id"));
        assert_eq!(error.field_violations()[0].description, "too long");
        assert_eq!(error.retry_after(), Some(Duration::from_millis(1500)));
        assert!(error.is_servers_word());
    }

    #[test]
    fn damage_never_hides_the_status() {
        let whole = encoded();
        for cut in 0..whole.len() {
            let error = with_details(Error::new(Code::ResourceExhausted, "no"), &whole[..cut]);
            assert_eq!(error.code(), Code::ResourceExhausted);
            assert_eq!(error.message(), "no");
        }
    }
}
