//! Counts what became of the records of a load.
//!
//! Invariant: exact whatever was lost on the way, because every stream begins with the server's own
//! counts of all that is kept, and only its acknowledgements are added to them.

use super::{IngestProgress, IngestResult, window::Batch};
use crate::{RecordError, v1};

const ERRORS_MAX: usize = 1_000;

pub(super) struct Tally {
    result: IngestResult,
    is_durable: bool,
    sent: u64,
    openings: u64,
}

impl Tally {
    /// `is_durable`: whether batches are acknowledged when they are on stable storage.
    pub(super) fn new(key: String, acknowledged_batches: u64, is_durable: bool) -> Self {
        let result = IngestResult {
            key,
            acknowledged_batches,
            durable: true,
            ..Default::default()
        };
        Self {
            result,
            is_durable,
            sent: 0,
            openings: 0,
        }
    }

    /// Batches that are known to be kept.
    pub(super) fn acknowledged_batches(&self) -> u64 {
        self.result.acknowledged_batches
    }

    /// Records whose fate is known; those of a batch that is kept in part are among them.
    pub(super) fn acknowledged(&self) -> u64 {
        self.result.created + self.result.updated + self.result.failed
    }

    /// Whether the load was ever opened.
    pub(super) fn is_opened(&self) -> bool {
        self.openings > 0
    }

    pub(super) fn opened(&mut self, opened: &v1::IngestOpened) {
        let result = &mut self.result;
        // A level below durable leaves open whether what was not acknowledged here is on the disk.
        if opened.last_number > result.acknowledged_batches && !self.is_durable {
            result.durable = false;
        }
        result.acknowledged_batches = opened.last_number;
        result.created = opened.created_count;
        result.updated = opened.updated_count;
        result.failed = opened.failed_count;
        self.openings += 1;
        result.reconnects = self.openings - 1;
    }

    pub(super) fn sent(&mut self, batch: &Batch) {
        self.sent = self.sent.max(batch.end);
    }

    /// A batch whose first record has this place in the source is kept.
    pub(super) fn acknowledge(&mut self, first: u64, ack: v1::IngestAck) {
        let result = &mut self.result;
        result.acknowledged_batches = ack.number;
        result.created += ack.created_count;
        result.updated += ack.updated_count;
        result.failed += ack.errors.len() as u64;
        let room = ERRORS_MAX - result.errors.len();
        let errors = ack.errors.into_iter().take(room);
        let errors = errors.map(|error| RecordError::from_message(error, first));
        result.errors.extend(errors);
        result.sequence = result.sequence.max(ack.sequence);
        result.durable = ack.durable;
    }

    pub(super) fn progress(&self, paused: bool) -> IngestProgress {
        IngestProgress {
            acknowledged: self.acknowledged(),
            acknowledged_batches: self.result.acknowledged_batches,
            sent: self.sent.max(self.acknowledged()),
            failed: self.result.failed,
            paused,
            reconnects: self.result.reconnects,
        }
    }

    pub(super) fn result(&self) -> IngestResult {
        self.result.clone()
    }
}
