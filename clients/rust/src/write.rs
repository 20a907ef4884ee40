//! How records are written, and what writes answer.

use crate::{Code, Timestamp, v1};

/// What a write does when the record exists, or does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WriteMode {
    /// Creates the record or replaces it whole.
    #[default]
    Upsert,
    /// Creates it; an existing one is refused with ALREADY_EXISTS.
    Insert,
    /// Replaces it; a missing one is refused with NOT_FOUND, reason RECORD_NOT_FOUND.
    Update,
}

impl From<WriteMode> for v1::WriteMode {
    fn from(mode: WriteMode) -> Self {
        match mode {
            WriteMode::Upsert => Self::Upsert,
            WriteMode::Insert => Self::Insert,
            WriteMode::Update => Self::Update,
        }
    }
}

/// Settings of [`Collection::upsert_with`](crate::Collection::upsert_with).
#[derive(Clone, Debug, Default)]
pub struct UpsertOptions {
    /// Default: upsert.
    pub mode: WriteMode,
    /// Write only if the stored record has this revision, else ABORTED, reason REVISION_MISMATCH.
    pub expected_revision: Option<u64>,
}

/// Settings of [`Collection::upsert_many_with`](crate::Collection::upsert_many_with).
#[derive(Clone, Debug, Default)]
pub struct UpsertManyOptions {
    /// Default: upsert.
    pub mode: WriteMode,
    /// Refuse everything when one record is refused; then everything travels in one call.
    pub all_or_nothing: bool,
}

/// What one write did.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UpsertResult {
    /// The record's id.
    pub id: String,
    /// Whether it was created, and not replaced.
    pub created: bool,
    /// Log sequence of the write: the record's revision.
    pub sequence: u64,
    /// Whether the write is on stable storage.
    pub durable: bool,
    /// When it was written.
    pub update_time: Option<Timestamp>,
}

impl From<v1::UpsertRecordResponse> for UpsertResult {
    fn from(answer: v1::UpsertRecordResponse) -> Self {
        Self {
            created: answer.outcome() == v1::WriteOutcome::Created,
            id: answer.id,
            sequence: answer.sequence,
            durable: answer.durable,
            update_time: answer.update_time,
        }
    }
}

/// What became of one record of several.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordResult {
    /// The record's id.
    pub id: String,
    /// What happened.
    pub outcome: Outcome,
}

/// What a write did to a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It did not exist and was created.
    Created,
    /// It existed and was replaced.
    Updated,
    /// It was refused.
    Failed(RecordError),
}

/// Why one record of several was refused.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordError {
    /// Place in the records that were given, from 0.
    pub index: u64,
    /// The record's id; empty when it could not be read.
    pub id: String,
    /// The code that a single write of this record would have got.
    pub code: Code,
    /// Stable reason, such as `INVALID_EMBEDDING`.
    pub reason: String,
    /// What is wrong, for people.
    pub message: String,
    /// Path of the field at fault, such as `records[3].embedding`. Empty: none.
    pub field: String,
}

impl RecordError {
    /// `first`: place of the request's first record among all that were given.
    pub(crate) fn from_message(error: v1::RecordError, first: u64) -> Self {
        Self {
            index: error.index + first,
            id: error.id,
            code: Code::from_number(error.code),
            reason: error.reason,
            message: error.message,
            field: shift_path(&error.field, first),
        }
    }
}

impl RecordResult {
    /// `first` as in [`RecordError::from_message`].
    pub(crate) fn from_message(result: v1::RecordResult, first: u64) -> Self {
        let outcome = match (result.outcome(), result.error) {
            (_, Some(error)) => Outcome::Failed(RecordError::from_message(error, first)),
            (v1::WriteOutcome::Created, None) => Outcome::Created,
            (_, None) => Outcome::Updated,
        };
        Self {
            id: result.id,
            outcome,
        }
    }
}

/// `records[3].embedding` of a request that began at record 1000 is `records[1003].embedding`, and so
/// is `batch.records[3].embedding`. Other paths stay as they are.
pub(crate) fn shift_path(path: &str, first: u64) -> String {
    let inner = path.strip_prefix("batch.").unwrap_or(path);
    shift_index(inner, "records[", first).unwrap_or_else(|| path.to_owned())
}

/// The path with `first` added to the number that follows `prefix`, if there is one.
pub(crate) fn shift_index(path: &str, prefix: &str, first: u64) -> Option<String> {
    let (index, rest) = path.strip_prefix(prefix)?.split_once(']')?;
    let index: u64 = index.parse().ok()?;
    Some(format!("{prefix}{}]{rest}", index + first))
}

#[cfg(test)]
mod tests {
    use super::shift_path;

    #[test]
    fn paths_are_counted_from_the_first_of_all_records() {
        assert_eq!(
            shift_path("records[3].embedding", 1000),
            "records[1003].embedding"
        );
        assert_eq!(shift_path("batch.records[0]", 7), "records[7]");
        assert_eq!(shift_path("collection", 7), "collection");
        assert_eq!(shift_path("records[x].id", 7), "records[x].id");
    }
}
