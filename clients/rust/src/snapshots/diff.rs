//! How two sets of records differ: the differences as the server sends them, then how many there are.

use std::vec;

use super::{incomplete, paths};
use crate::{
    DifferenceSummary, Error,
    transport::{Answers, Transport, method},
    v1,
};

/// The differences of two sets of records, as they arrive: those that are added or changed in the
/// order of the second set, then those that are removed in the order of the first. The call is made
/// when the first is asked for; dropping this cancels it.
#[must_use = "nothing is compared until differences are asked for"]
pub struct SnapshotDiff {
    transport: Transport,
    request: v1::DiffSnapshotsRequest,
    answers: Option<Answers<v1::DiffSnapshotsResponse>>,
    differences: vec::IntoIter<v1::RecordDifference>,
    summary: Option<DifferenceSummary>,
}

/// One record that two sets do not share.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Its id.
    pub id: String,
    /// How the sets differ in it.
    pub kind: DifferenceKind,
    /// Fields of a changed record that differ; otherwise empty.
    pub changed_fields: Vec<String>,
}

/// How two sets differ in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// Only the second set has it.
    Added,
    /// Only the first set has it.
    Removed,
    /// Both have it and it is not the same.
    Changed,
}

impl SnapshotDiff {
    pub(super) fn new(transport: Transport, request: v1::DiffSnapshotsRequest) -> Self {
        Self {
            transport,
            request,
            answers: None,
            differences: Vec::new().into_iter(),
            summary: None,
        }
    }

    /// The next difference; `None` when there are no more.
    pub async fn next(&mut self) -> Result<Option<Difference>, Error> {
        loop {
            if let Some(difference) = self.differences.next() {
                return Ok(Some(difference.into()));
            }
            if self.summary.is_some() {
                return Ok(None);
            }
            let answers = match &mut self.answers {
                Some(answers) => answers,
                None => {
                    let method = method::DIFF_SNAPSHOTS;
                    let answers = self.transport.stream(method, &self.request).await?;
                    self.answers.insert(answers)
                }
            };
            let Some(answer) = answers.next().await? else {
                return Err(incomplete("a summary"));
            };
            self.differences = answer.differences.into_iter();
            self.summary = answer.summary;
        }
    }

    /// The counts, after passing over the differences that were not read.
    pub async fn summary(mut self) -> Result<DifferenceSummary, Error> {
        while self.next().await?.is_some() {}
        self.summary.ok_or_else(|| incomplete("a summary"))
    }
}

impl From<v1::RecordDifference> for Difference {
    fn from(difference: v1::RecordDifference) -> Self {
        let kind = match difference.kind() {
            v1::DifferenceKind::Added => DifferenceKind::Added,
            v1::DifferenceKind::Removed => DifferenceKind::Removed,
            v1::DifferenceKind::Changed | v1::DifferenceKind::Unspecified => {
                DifferenceKind::Changed
            }
        };
        Self {
            id: difference.id,
            kind,
            changed_fields: paths(difference.changed_fields),
        }
    }
}
