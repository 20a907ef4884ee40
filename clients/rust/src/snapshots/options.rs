//! Settings of the calls on snapshots, and what a restore did.

use crate::{Filter, SnapshotFormat, v1};

/// How a snapshot is taken.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CreateOptions {
    format: Option<SnapshotFormat>,
    compressed: Option<bool>,
    filter: Option<Filter>,
}

impl CreateOptions {
    /// All records, written as the collection is configured.
    pub fn new() -> Self {
        Self::default()
    }

    /// Binary or JSON.
    pub fn format(mut self, format: SnapshotFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Whether to compress it; only with the binary format. Texts shrink, embeddings hardly do.
    pub fn compressed(mut self, compressed: bool) -> Self {
        self.compressed = Some(compressed);
        self
    }

    /// Only the records that match.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    pub(super) fn into_message(self, collection: String) -> v1::CreateSnapshotRequest {
        v1::CreateSnapshotRequest {
            collection,
            format: self.format.unwrap_or(SnapshotFormat::Unspecified).into(),
            compression_enabled: self.compressed,
            filter: self.filter,
        }
    }
}

/// Where a snapshot is restored to, and what of it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct RestoreOptions {
    into: String,
    index: Option<v1::IndexConfig>,
    filter: Option<Filter>,
}

impl RestoreOptions {
    /// All records, into the collection that the snapshot is of.
    pub fn new() -> Self {
        Self::default()
    }

    /// Into this collection, which is created when it is missing, and loses its content otherwise.
    pub fn into_collection(mut self, name: impl Into<String>) -> Self {
        self.into = name.into();
        self
    }

    /// How to find nearest neighbours from then on. Default: as before and, for a new collection, as
    /// the snapshot says.
    pub fn index(mut self, index: v1::IndexConfig) -> Self {
        self.index = Some(index);
        self
    }

    /// Only the snapshot's records that match become the content; the others are checked all the
    /// same.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    pub(super) fn into_message(
        self,
        collection: String,
        snapshot_id: String,
    ) -> v1::RestoreSnapshotRequest {
        v1::RestoreSnapshotRequest {
            collection,
            snapshot_id,
            target_collection: self.into,
            index_config: self.index,
            filter: self.filter,
        }
    }
}

/// What a restore did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RestoreResult {
    /// Records that were restored.
    pub record_count: u64,
    /// Log sequence of the restore.
    pub sequence: u64,
}
