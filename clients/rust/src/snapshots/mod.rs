//! The snapshots of one collection.

mod diff;
mod download;
mod merge;
mod options;
mod resumption;
mod upload;

use prost_types::FieldMask;

pub use self::{
    diff::{Difference, DifferenceKind, SnapshotDiff},
    merge::MergeOptions,
    options::{CreateOptions, RestoreOptions, RestoreResult},
    upload::{UploadOptions, UploadSource},
};
use crate::{
    Error, SnapshotInfo, SnapshotReport,
    transport::{Transport, method},
    v1,
};

/// The snapshots of one collection: take, list, delete, download, upload, check, restore, merge,
/// compare. Made by [`Collection::snapshots`](crate::Collection::snapshots).
#[derive(Clone)]
pub struct Snapshots {
    pub(crate) transport: Transport,
    pub(crate) collection: String,
}

impl Snapshots {
    pub(crate) fn new(transport: Transport, collection: String) -> Self {
        Self {
            transport,
            collection,
        }
    }

    /// Takes a snapshot of the collection as it is now, written as the collection is configured
    /// unless the options say otherwise.
    pub async fn create(&self, options: CreateOptions) -> Result<SnapshotInfo, Error> {
        let request = options.into_message(self.collection.clone());
        let method = method::CREATE_SNAPSHOT;
        let mut answers = self.transport.stream(method, &request).await?;
        let mut snapshot = None;
        while let Some(answer) = answers.next().await? {
            let answer: v1::CreateSnapshotResponse = answer;
            snapshot = answer.snapshot;
        }
        snapshot.ok_or_else(|| incomplete("a snapshot"))
    }

    /// The collection's snapshots, newest first.
    pub async fn list(&self) -> Result<Vec<SnapshotInfo>, Error> {
        let collection = self.collection.clone();
        let request = v1::ListSnapshotsRequest { collection };
        let answer: v1::ListSnapshotsResponse = self
            .transport
            .unary(method::LIST_SNAPSHOTS, &request)
            .await?;
        Ok(answer.snapshots)
    }

    /// Deletes a snapshot. NOT_FOUND, reason SNAPSHOT_NOT_FOUND, when there is none.
    pub async fn delete(&self, id: impl Into<String>) -> Result<(), Error> {
        let request = v1::DeleteSnapshotRequest {
            collection: self.collection.clone(),
            snapshot_id: id.into(),
        };
        let _: v1::DeleteSnapshotResponse = self
            .transport
            .unary(method::DELETE_SNAPSHOT, &request)
            .await?;
        Ok(())
    }

    /// Reads a snapshot whole on the server and tells everything that is wrong with it; damage is no
    /// error of the call. NOT_FOUND, reason SNAPSHOT_NOT_FOUND, when there is none.
    pub async fn validate(&self, id: impl Into<String>) -> Result<SnapshotReport, Error> {
        let request = v1::ValidateSnapshotRequest {
            collection: self.collection.clone(),
            snapshot_id: id.into(),
            allow_unsealed: false,
        };
        let method = method::VALIDATE_SNAPSHOT;
        let mut answers = self.transport.stream(method, &request).await?;
        let mut report = None;
        while let Some(answer) = answers.next().await? {
            let answer: v1::ValidateSnapshotResponse = answer;
            report = answer.report;
        }
        report.ok_or_else(|| incomplete("a report"))
    }

    /// Replaces the content of the collection, or of another one, by that of a snapshot. The old
    /// content stays until the whole file has been checked.
    pub async fn restore(
        &self,
        id: impl Into<String>,
        options: RestoreOptions,
    ) -> Result<RestoreResult, Error> {
        let request = options.into_message(self.collection.clone(), id.into());
        let method = method::RESTORE_SNAPSHOT;
        let mut answers = self.transport.stream(method, &request).await?;
        let mut result = None;
        while let Some(answer) = answers.next().await? {
            let answer: v1::RestoreSnapshotResponse = answer;
            result = Some(RestoreResult {
                record_count: answer.records_restored,
                sequence: answer.sequence,
            });
        }
        result.ok_or_else(|| incomplete("a restore"))
    }

    /// Compares the records of a snapshot with those that the collection has now, by what clients
    /// write: not by times and revisions.
    pub fn diff(&self, id: impl Into<String>) -> SnapshotDiff {
        self.diff_with(id, None, None)
    }

    /// Compares the records of snapshot `id`, the first set, with those of the snapshot `other`.
    /// `of`: the collection of the other one, when it is not this one.
    pub fn diff_snapshots(
        &self,
        id: impl Into<String>,
        other: impl Into<String>,
        of: Option<String>,
    ) -> SnapshotDiff {
        self.diff_with(id, Some(other.into()), of)
    }

    fn diff_with(
        &self,
        id: impl Into<String>,
        other: Option<String>,
        of: Option<String>,
    ) -> SnapshotDiff {
        let request = v1::DiffSnapshotsRequest {
            collection: self.collection.clone(),
            snapshot_id: id.into(),
            other_snapshot_id: other.unwrap_or_default(),
            other_collection: of.unwrap_or_default(),
        };
        SnapshotDiff::new(self.transport.clone(), request)
    }
}

fn incomplete(what: &str) -> Error {
    Error::internal(format!("the server ended the call without {what}"))
}

/// The paths of a mask that may be absent.
fn paths(mask: Option<FieldMask>) -> Vec<String> {
    mask.unwrap_or_default().paths
}
