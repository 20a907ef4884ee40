//! Where the records of a load come from.

use crate::{Error, Record};

/// An item of a source of records: a [`Record`] or, where the source itself may fail, a result. An
/// error ends the load, which fails with it.
///
/// So a [`SnapshotReader`](crate::snapshot::SnapshotReader) is a source as it is.
pub trait RecordItem {
    /// The record.
    fn into_record(self) -> Result<Record, Error>;
}

impl RecordItem for Record {
    fn into_record(self) -> Result<Record, Error> {
        Ok(self)
    }
}

impl RecordItem for Result<Record, Error> {
    fn into_record(self) -> Result<Record, Error> {
        self
    }
}
