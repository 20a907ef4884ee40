//! Bulk loads over one stream.

use std::pin::pin;

use futures_util::{Stream, StreamExt, stream};
use prost::Message;

use crate::{
    Collection, Error, RecordError, RecordItem, WriteMode,
    record_packer::{Packed, RECORDS_TAG, RecordPacker, field},
    transport::{
        Answer, Method, Transport, method,
        sender::{Filled, Sender},
    },
    v1,
};

/// Told how far a load is.
pub(crate) type OnProgress = Option<Box<dyn FnMut(InsertProgress) + Send>>;

/// Settings of [`Collection::insert_many_with`].
#[derive(Default)]
#[must_use]
pub struct InsertOptions {
    mode: WriteMode,
    on_progress: OnProgress,
}

impl InsertOptions {
    /// Creates or replaces records, and tells nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a write does when the record exists, or does not. Default: upsert.
    pub fn mode(mut self, mode: WriteMode) -> Self {
        self.mode = mode;
        self
    }

    /// Called after each message of about 1 MiB.
    pub fn on_progress(mut self, told: impl FnMut(InsertProgress) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(told));
        self
    }
}

/// How far a stream has come: what was handed to the connection, not what is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InsertProgress {
    /// Records sent so far.
    pub sent: u64,
    /// Bytes of them sent so far.
    pub bytes: u64,
}

/// What a load did.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct InsertResult {
    /// Records that were created.
    pub created: u64,
    /// Records that were replaced.
    pub updated: u64,
    /// Records that were refused.
    pub failed: u64,
    /// The first 1,000 refusals.
    pub errors: Vec<RecordError>,
    /// Log sequence of the last message. 0 when nothing was written.
    pub sequence: u64,
    /// Whether everything that is counted is on stable storage.
    pub durable: bool,
}

impl From<v1::BatchInsertResponse> for InsertResult {
    fn from(answer: v1::BatchInsertResponse) -> Self {
        let errors = answer.errors.into_iter();
        Self {
            created: answer.created_count,
            updated: answer.updated_count,
            failed: answer.failed_count,
            errors: errors
                .map(|error| RecordError::from_message(error, 0))
                .collect(),
            sequence: answer.sequence,
            durable: answer.durable,
        }
    }
}

impl Collection {
    /// Bulk load over one stream, in constant memory and as fast as the server takes it. Refused
    /// records are counted and told; a stream that breaks keeps what was committed. Empty ids are
    /// made here. The iterator is run in the task of the caller and should not block for long.
    pub async fn insert_many<I>(&self, records: I) -> Result<InsertResult, Error>
    where
        I: IntoIterator,
        I::Item: RecordItem,
    {
        self.insert_many_with(records, InsertOptions::new()).await
    }

    /// As `insert_many`, with settings.
    pub async fn insert_many_with<I>(
        &self,
        records: I,
        options: InsertOptions,
    ) -> Result<InsertResult, Error>
    where
        I: IntoIterator,
        I::Item: RecordItem,
    {
        self.insert_stream(stream::iter(records), options).await
    }

    /// As `insert_many`, from a stream.
    pub async fn insert_stream<S>(
        &self,
        records: S,
        options: InsertOptions,
    ) -> Result<InsertResult, Error>
    where
        S: Stream,
        S::Item: RecordItem,
    {
        let request = v1::BatchInsertRequest {
            collection: self.name.clone(),
            records: Vec::new(),
            write_mode: v1::WriteMode::from(options.mode).into(),
        };
        let shape = Shape {
            header: request.encode_to_vec(),
            records_tag: RECORDS_TAG,
            batch_tag: None,
        };
        let told = options.on_progress;
        let method = method::BATCH_INSERT;
        let answer = send_records(&self.transport, method, shape, records, told);
        let answer: v1::BatchInsertResponse = answer.await?;
        Ok(answer.into())
    }
}

/// How records lie in the messages of a call.
pub(crate) struct Shape {
    /// Encoded fields that only the first message carries.
    pub header: Vec<u8>,
    /// Tag of one record.
    pub records_tag: u8,
    /// Tag of the message around the records, if they do not lie in the request itself.
    pub batch_tag: Option<u8>,
}

impl Shape {
    /// The next message.
    fn message(&mut self, records: &[u8]) -> bytes::Bytes {
        let mut message = std::mem::take(&mut self.header);
        match self.batch_tag {
            Some(tag) => field(tag, records, &mut message),
            None => message.extend_from_slice(records),
        }
        message.into()
    }
}

/// Sends all records and waits for the answer. The header is sent even when there are none, so that a
/// missing collection is told.
pub(crate) async fn send_records<A, S>(
    transport: &Transport,
    method: Method,
    mut shape: Shape,
    records: S,
    mut told: OnProgress,
) -> Result<A, Error>
where
    A: Answer,
    S: Stream,
    S::Item: RecordItem,
{
    let fill = |sender: Sender| async move {
        let mut records = pin!(records);
        let mut packer = RecordPacker::new(shape.records_tag);
        let mut bytes = 0;
        let mut is_ending = false;
        while !is_ending {
            let packed = match records.next().await {
                Some(item) => packer.add(item.into_record()?),
                None => {
                    is_ending = true;
                    packer.end().or_else(|| nothing(bytes))
                }
            };
            let Some(packed) = packed else {
                continue;
            };
            let message = shape.message(&packed.bytes);
            bytes += message.len() as u64;
            if !sender.send(message).await {
                return Ok(Filled::Cut);
            }
            if let Some(told) = &mut told {
                let sent = packed.end;
                told(InsertProgress { sent, bytes });
            }
        }
        Ok(Filled::Whole)
    };
    transport.upload_from(method, fill).await
}

/// The records of the first message when there are none; nothing once messages were sent.
fn nothing(sent: u64) -> Option<Packed> {
    (sent == 0).then(|| Packed {
        bytes: bytes::Bytes::new(),
        first: 0,
        end: 0,
    })
}
