//! The batches that were cut and not acknowledged, in their order. They stay here until they are, so
//! that they can be sent again; when they are many bytes, no more are cut.

use std::collections::VecDeque;

use bytes::Bytes;

/// Bytes of batches from which on no more are cut.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// An encoded `IngestRecordsRequest` with a batch.
#[derive(Clone)]
pub(super) struct Batch {
    /// From 1.
    pub number: u64,
    /// Place of its first record in the source.
    pub first: u64,
    /// Place after its last record.
    pub end: u64,
    pub message: Bytes,
}

#[derive(Default)]
pub(super) struct Window {
    batches: VecDeque<Batch>,
    /// How many of them were sent over the stream that is open.
    sent: usize,
    bytes: usize,
}

impl Window {
    pub(super) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Whether another batch may be cut.
    pub(super) fn has_room(&self) -> bool {
        self.bytes < BYTES_MAX
    }

    /// The batch whose acknowledgement is due; `None` when none was sent.
    pub(super) fn due(&self) -> Option<&Batch> {
        self.batches.front().filter(|_| self.sent > 0)
    }

    pub(super) fn add(&mut self, batch: Batch) {
        self.bytes += batch.message.len();
        self.batches.push_back(batch);
    }

    /// The next batch to be sent, if there is one.
    pub(super) fn next(&mut self) -> Option<Batch> {
        let batch = self.batches.get(self.sent)?.clone();
        self.sent += 1;
        Some(batch)
    }

    /// Another stream begins: whatever is here is to be sent over it.
    pub(super) fn rewind(&mut self) {
        self.sent = 0;
    }

    /// The batches up to this number are kept, and are not held here any more.
    pub(super) fn release(&mut self, last_number: u64) {
        while let Some(batch) = self.batches.front() {
            if batch.number > last_number {
                break;
            }
            self.bytes -= batch.message.len();
            self.batches.pop_front();
            self.sent = self.sent.saturating_sub(1);
        }
    }

    pub(super) fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.batches.iter()
    }
}
