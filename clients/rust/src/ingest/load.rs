//! What is known of a load, whatever stream is open: the batches that wait to be kept, the counts,
//! whether the source is whole. One side adds records, the other the answers of the server.

use prost::Message;

use super::{
    tally::Tally,
    window::{Batch, Window},
};
use crate::{
    Code, Error, Record,
    record_packer::{Packed, RECORDS_TAG, RecordPacker, field},
    v1,
};

/// Field 3 of `IngestRecordsRequest`.
const BATCH_TAG: u8 = 0x1a;

pub(super) struct Load {
    pub window: Window,
    pub tally: Tally,
    key: String,
    packer: RecordPacker,
    /// Number of the last batch that was cut.
    last_number: u64,
    kept: Kept,
    is_whole: bool,
}

/// What the server kept when the last stream was opened.
#[derive(Clone, Copy, Default)]
struct Kept {
    batches: u64,
    records: u64,
}

impl Load {
    pub(super) fn new(open: &v1::IngestOpen) -> Self {
        let key = open.idempotency_key.clone();
        let is_durable = open.ack_level() == v1::IngestAckLevel::Durable;
        Self {
            window: Window::default(),
            tally: Tally::new(key.clone(), open.acknowledged_number, is_durable),
            key,
            packer: RecordPacker::new(RECORDS_TAG),
            last_number: 0,
            kept: Kept::default(),
            is_whole: false,
        }
    }

    /// Whether the source has ended.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether everything is acknowledged.
    pub(super) fn is_complete(&self) -> bool {
        self.is_whole && self.window.is_empty()
    }

    /// Adds a record; returns whether a batch was cut.
    pub(super) fn add(&mut self, record: Record) -> Result<bool, Error> {
        let Some(packed) = self.packer.add(record) else {
            return Ok(false);
        };
        self.queue(&packed)?;
        Ok(true)
    }

    /// No record follows.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        if let Some(packed) = self.packer.end() {
            self.queue(&packed)?;
        }
        let Kept { batches, records } = self.kept;
        let end = self.packer.cut_records();
        if self.last_number < batches || (self.last_number == batches && end != records) {
            return Err(self.other_source());
        }
        self.is_whole = true;
        Ok(())
    }

    /// A stream was opened. Returns whether more is kept than was known.
    pub(super) fn opened(&mut self, opened: &v1::IngestOpened) -> Result<bool, Error> {
        let last = opened.last_number;
        let known = self.tally.acknowledged_batches();
        if last < known {
            return Err(broken(format!(
                "it keeps batches up to {last}, and acknowledged batch {known} before"
            )));
        }
        let is_new = !self.tally.is_opened() || last > known;
        self.tally.opened(opened);
        self.kept = Kept {
            batches: last,
            records: self.tally.acknowledged(),
        };
        for batch in self.window.batches() {
            self.verify(batch)?;
        }
        self.window.release(last);
        Ok(is_new)
    }

    /// The batch that is due is kept.
    pub(super) fn acknowledge(&mut self, ack: v1::IngestAck) -> Result<(), Error> {
        let due = self.window.due().map(|batch| (batch.number, batch.first));
        let Some((number, first)) = due.filter(|(number, _)| *number == ack.number) else {
            let due = due.map_or("none".to_owned(), |(number, _)| number.to_string());
            let acknowledged = ack.number;
            return Err(broken(format!(
                "it acknowledged batch {acknowledged}, and {due} is due"
            )));
        };
        self.tally.acknowledge(first, ack);
        self.window.release(number);
        Ok(())
    }

    fn queue(&mut self, packed: &Packed) -> Result<(), Error> {
        self.last_number += 1;
        let batch = Batch {
            number: self.last_number,
            first: packed.first,
            end: packed.end,
            message: encoded(self.last_number, &packed.bytes),
        };
        self.verify(&batch)?;
        if batch.number > self.tally.acknowledged_batches() {
            self.window.add(batch);
        }
        Ok(())
    }

    /// Compares where a batch ends with how many records the server counted: the batches that it
    /// keeps came from this source, or from another under the same key. Only the batch after them
    /// may be kept in part, where the server makes the embeddings.
    fn verify(&self, batch: &Batch) -> Result<(), Error> {
        let Kept { batches, records } = self.kept;
        let Batch {
            number, first, end, ..
        } = *batch;
        let fits = if number <= batches {
            end <= records
        } else {
            number > batches + 1 || (first <= records && records < end)
        };
        if fits {
            Ok(())
        } else {
            Err(self.other_source())
        }
    }

    fn other_source(&self) -> Error {
        let Kept { batches, records } = self.kept;
        let key = &self.key;
        let message = format!(
            "the load {key:?} has {records} records in {batches} batches, which are not the first \
             ones of this source; give the same records in the same order, or begin a new load \
             under another key"
        );
        Error::new(Code::FailedPrecondition, message.clone())
            .with_reason("INGEST_SOURCE_CHANGED")
            .with_violation("open.idempotency_key", message)
    }
}

fn encoded(number: u64, records: &[u8]) -> bytes::Bytes {
    let numbered = v1::IngestBatch {
        number,
        records: Vec::new(),
    };
    let batch = [numbered.encode_to_vec().as_slice(), records].concat();
    let mut message = Vec::with_capacity(batch.len() + 8);
    field(BATCH_TAG, &batch, &mut message);
    message.into()
}

fn broken(what: String) -> Error {
    Error::internal(format!("the server breaks the rules of a load: {what}"))
}
