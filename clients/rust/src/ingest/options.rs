//! Settings of a resumable load, and how far it tells that it is.

use std::time::Duration;

use uuid::Uuid;

use crate::{Error, WriteMode, v1};

const GIVE_UP_AFTER: Duration = Duration::from_secs(5 * 60);
const KEY_BYTES_MAX: usize = 255;

/// When a batch of a load counts as kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AckLevel {
    /// On stable storage, whatever the collection's durability is.
    #[default]
    Durable,
    /// As the collection's other writes.
    Written,
}

/// Settings of [`Collection::ingest`](crate::Collection::ingest). A load has no deadline; drop its
/// future to end it.
#[must_use]
pub struct IngestOptions {
    pub(super) mode: WriteMode,
    pub(super) key: Option<String>,
    pub(super) acknowledged_batches: u64,
    pub(super) ack_level: AckLevel,
    pub(super) stop_on_refusal: bool,
    pub(super) give_up_after: Duration,
    pub(super) on_progress: Option<Box<dyn FnMut(IngestProgress) + Send>>,
}

impl Default for IngestOptions {
    fn default() -> Self {
        Self {
            mode: WriteMode::default(),
            key: None,
            acknowledged_batches: 0,
            ack_level: AckLevel::default(),
            stop_on_refusal: false,
            give_up_after: GIVE_UP_AFTER,
            on_progress: None,
        }
    }
}

impl IngestOptions {
    /// A new load that creates or replaces records.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a write does when the record exists, or does not. Default: upsert.
    pub fn mode(mut self, mode: WriteMode) -> Self {
        self.mode = mode;
        self
    }

    /// Name of the load, 1 to 255 bytes that no other load has. Default: a new UUIDv7. With the key
    /// of a load that broke off, the same records in the same order and the same settings, it goes
    /// on after the last batch that is kept. The server forgets a key 24 hours after its last batch.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Batches that an earlier run with this key knows to be kept. When the server does not know so
    /// many, the load fails with reason KEY_EXPIRED and writes nothing; without this it would begin
    /// anew. Default 0.
    pub fn acknowledged_batches(mut self, batches: u64) -> Self {
        self.acknowledged_batches = batches;
        self
    }

    /// When a batch counts as kept. Default: when it is on stable storage.
    pub fn ack_level(mut self, level: AckLevel) -> Self {
        self.ack_level = level;
        self
    }

    /// Fails with the first record that is refused, instead of counting it.
    pub fn stop_on_refusal(mut self, stop: bool) -> Self {
        self.stop_on_refusal = stop;
        self
    }

    /// Time without progress, while records wait to be kept, after which the load gives up. Default:
    /// 5 minutes. A server that says that it is behind is waited for.
    pub fn give_up_after(mut self, time: Duration) -> Self {
        self.give_up_after = time;
        self
    }

    /// Called whenever something of the progress has changed.
    pub fn on_progress(mut self, told: impl FnMut(IngestProgress) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(told));
        self
    }

    /// The key and the message that opens the load, whose `acknowledged_number` is set for each
    /// stream anew. INVALID_ARGUMENT for a key that is none.
    pub(super) fn opening(&self) -> Result<v1::IngestOpen, Error> {
        let key = self.key.clone();
        let key = key.unwrap_or_else(|| Uuid::now_v7().to_string());
        if key.is_empty() || key.len() > KEY_BYTES_MAX {
            return Err(Error::invalid(
                "open.idempotency_key",
                format!(
                    "the key has {} bytes; it must have 1 to {KEY_BYTES_MAX}",
                    key.len()
                ),
            ));
        }
        let level = match self.ack_level {
            AckLevel::Durable => v1::IngestAckLevel::Durable,
            AckLevel::Written => v1::IngestAckLevel::Written,
        };
        Ok(v1::IngestOpen {
            idempotency_key: key,
            acknowledged_number: self.acknowledged_batches,
            write_mode: v1::WriteMode::from(self.mode).into(),
            ack_level: level.into(),
            stop_on_refusal: self.stop_on_refusal,
        })
    }
}

/// How far a load is, with what earlier runs under its key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IngestProgress {
    /// Records that the server keeps or has refused.
    pub acknowledged: u64,
    /// Batches of them; a run that goes on later may give this number.
    pub acknowledged_batches: u64,
    /// Records sent, each counted once.
    pub sent: u64,
    /// Records that were refused.
    pub failed: u64,
    /// Whether the server has asked to wait.
    pub paused: bool,
    /// How often the load was opened again.
    pub reconnects: u64,
}
