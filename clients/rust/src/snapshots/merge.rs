//! Merges: all records, or the call fails and none.

use futures_util::stream;
use prost::Message;

use super::{Snapshots, UploadSource, incomplete, upload::Pieces};
use crate::{
    Error, MergePolicy, MergeResult, RecordItem,
    insert::{Shape, send_records},
    record_packer::field,
    transport::{
        method,
        sender::{Filled, Sender},
    },
    v1,
};

/// Fields of `MergeRecordsRequest`, and of the batch in it.
const CHUNK_TAG: u8 = 0x12;
const BATCH_TAG: u8 = 0x1a;
const RECORD_TAG: u8 = 0x0a;

/// What a merge does with records whose ids exist, and whether it is only tried.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct MergeOptions {
    policy: Option<MergePolicy>,
    is_dry_run: bool,
    allow_unsealed: bool,
}

impl MergeOptions {
    /// Existing records are kept.
    pub fn new() -> Self {
        Self::default()
    }

    /// What happens to a merged record whose id exists. Default: the existing record is kept.
    pub fn policy(mut self, policy: MergePolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Checks everything and counts, but changes nothing.
    pub fn dry_run(mut self, is_dry_run: bool) -> Self {
        self.is_dry_run = is_dry_run;
        self
    }

    /// Accepts a file without checksums and footer.
    pub fn allow_unsealed(mut self, allow: bool) -> Self {
        self.allow_unsealed = allow;
        self
    }

    fn policy_number(&self) -> i32 {
        self.policy.unwrap_or(MergePolicy::Unspecified).into()
    }

    /// What the first message of a streamed merge says.
    fn header(&self, collection: &str) -> Vec<u8> {
        let request = v1::MergeRecordsRequest {
            collection: collection.to_owned(),
            source: None,
            allow_unsealed: self.allow_unsealed,
            policy: self.policy_number(),
            dry_run: self.is_dry_run,
        };
        request.encode_to_vec()
    }
}

impl Snapshots {
    /// Merges the records of a snapshot on the server into the collection: one of this collection
    /// or, with `from`, of another.
    pub async fn merge(
        &self,
        id: impl Into<String>,
        from: Option<&str>,
        options: MergeOptions,
    ) -> Result<MergeResult, Error> {
        let request = v1::MergeSnapshotRequest {
            collection: self.collection.clone(),
            snapshot_id: id.into(),
            source_collection: from.unwrap_or_default().to_owned(),
            policy: options.policy_number(),
            dry_run: options.is_dry_run,
        };
        let method = method::MERGE_SNAPSHOT;
        let mut answers = self.transport.stream(method, &request).await?;
        let mut result = None;
        while let Some(answer) = answers.next().await? {
            let answer: v1::MergeSnapshotResponse = answer;
            result = answer.result;
        }
        result.ok_or_else(|| incomplete("the result of a merge"))
    }

    /// As merge, of a snapshot file.
    pub async fn merge_file(
        &self,
        source: impl Into<UploadSource>,
        options: MergeOptions,
    ) -> Result<MergeResult, Error> {
        let source = source.into();
        let header = options.header(&self.collection);
        let fill = |sender: Sender| async move {
            let mut pieces = Pieces::open(&source, 0).await?;
            let mut message = header;
            let mut is_first = true;
            loop {
                let piece = pieces.next().await?;
                // Of an empty file an empty chunk is sent, which the server calls truncated.
                if piece.is_empty() && !is_first {
                    return Ok(Filled::Whole);
                }
                is_first = false;
                field(CHUNK_TAG, &piece, &mut message);
                if !sender.send(std::mem::take(&mut message).into()).await {
                    return Ok(Filled::Cut);
                }
            }
        };
        let method = method::MERGE_RECORDS;
        let answer = self.transport.upload_from(method, fill).await;
        let answer: v1::MergeRecordsResponse = answer?;
        answer
            .result
            .ok_or_else(|| incomplete("the result of a merge"))
    }

    /// As merge, of records of your own; times that they carry are kept. Empty ids are made here.
    pub async fn merge_records<I>(
        &self,
        records: I,
        options: MergeOptions,
    ) -> Result<MergeResult, Error>
    where
        I: IntoIterator,
        I::Item: RecordItem,
    {
        let shape = Shape {
            header: options.header(&self.collection),
            records_tag: RECORD_TAG,
            batch_tag: Some(BATCH_TAG),
        };
        let method = method::MERGE_RECORDS;
        let records = stream::iter(records);
        let answer = send_records(&self.transport, method, shape, records, None).await;
        let answer: v1::MergeRecordsResponse = answer?;
        answer
            .result
            .ok_or_else(|| incomplete("the result of a merge"))
    }
}
