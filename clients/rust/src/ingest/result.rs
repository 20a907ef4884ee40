//! What a resumable load did, as a whole or until it failed.

use crate::{Error, RecordError};

/// What a load did. The counts are exact, and with those of earlier runs under the same key.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct IngestResult {
    /// Records that were created.
    pub created: u64,
    /// Records that were replaced.
    pub updated: u64,
    /// Records that were refused.
    pub failed: u64,
    /// The first 1,000 refusals that this run was told of, by their place in the source: those whose
    /// acknowledgement was lost with a connection are counted only.
    pub errors: Vec<RecordError>,
    /// Log sequence of the last batch. 0 when nothing was written.
    pub sequence: u64,
    /// Whether everything that is counted is on stable storage.
    pub durable: bool,
    /// The load's name: a load with it and the same source goes on where this ended.
    pub key: String,
    /// Batches that are kept; give it with the key.
    pub acknowledged_batches: u64,
    /// How often the load was opened again.
    pub reconnects: u64,
}

/// Why a load failed, and how far it came.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{error}")]
#[non_exhaustive]
pub struct IngestError {
    /// What it failed with.
    #[source]
    pub error: Error,
    /// What is kept, as far as the server has told.
    pub result: Box<IngestResult>,
}

impl From<IngestError> for Error {
    fn from(error: IngestError) -> Self {
        error.error
    }
}
