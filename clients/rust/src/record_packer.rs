//! Packs records into messages of about 1 MiB while they are taken from their source.
//!
//! Invariant: where a message ends follows from the records and their order alone, so that a later run
//! over the same source cuts the same messages.

use bytes::{Bytes, BytesMut};
use prost::Message;
use uuid::Uuid;

use crate::{Record, v1};

/// Most records that a server takes in one message.
const RECORDS_MAX: u64 = 10_000;
/// A message grows to this many bytes, or holds one record, and so keeps below the 4 MiB that a
/// record and what is around it may take.
const BYTES: usize = 1024 * 1024;
/// Bytes of a tag below 16 and a length below 4 MiB.
const FRAME_BYTES: usize = 5;

/// Tag of the field `records`, which is 2 in the messages of writes.
pub(crate) const RECORDS_TAG: u8 = 0x12;

/// Encodes records as fields of a message and cuts them into messages.
pub(crate) struct RecordPacker {
    tag: u8,
    is_bounded: bool,
    bytes: BytesMut,
    first: u64,
    next: u64,
}

/// The encoded records of one message.
pub(crate) struct Packed {
    pub bytes: Bytes,
    /// Place of the first of them among all.
    pub first: u64,
    /// Place after the last of them.
    pub end: u64,
}

impl RecordPacker {
    pub(crate) fn new(tag: u8) -> Self {
        Self {
            tag,
            is_bounded: true,
            bytes: BytesMut::new(),
            first: 0,
            next: 0,
        }
    }

    /// Everything in one message.
    pub(crate) fn unbounded(tag: u8) -> Self {
        Self {
            is_bounded: false,
            ..Self::new(tag)
        }
    }

    /// Records in the messages that were cut.
    pub(crate) fn cut_records(&self) -> u64 {
        self.first
    }

    /// Adds a record, which gets a UUIDv7 if it has no id; the message before it when it is full.
    pub(crate) fn add(&mut self, mut record: Record) -> Option<Packed> {
        if record.id.is_empty() {
            record.id = Uuid::now_v7().to_string();
        }
        let record = v1::VectorRecord::from(record);
        let length = record.encoded_len() + FRAME_BYTES;
        let is_full = self.bytes.len() + length > BYTES || self.next - self.first == RECORDS_MAX;
        let full = if is_full && self.is_bounded {
            self.end()
        } else {
            None
        };
        self.bytes.reserve(length);
        self.bytes.extend_from_slice(&[self.tag]);
        record
            .encode_length_delimited(&mut self.bytes)
            .expect("a BytesMut has room for everything");
        self.next += 1;
        full
    }

    /// The records that are left; `None` when there are none.
    pub(crate) fn end(&mut self) -> Option<Packed> {
        if self.first == self.next {
            return None;
        }
        let first = std::mem::replace(&mut self.first, self.next);
        Some(Packed {
            bytes: std::mem::take(&mut self.bytes).freeze(),
            first,
            end: self.next,
        })
    }
}

/// The bytes of a length-delimited field.
pub(crate) fn field(tag: u8, value: &[u8], into: &mut Vec<u8>) {
    into.push(tag);
    prost::encode_length_delimiter(value.len(), into).expect("a Vec has room for everything");
    into.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::{BYTES, RECORDS_MAX, RECORDS_TAG, RecordPacker};
    use crate::{Record, v1::BatchInsertRequest};

    fn packed(records: impl Iterator<Item = Record>) -> Vec<(u64, BatchInsertRequest, usize)> {
        let mut packer = RecordPacker::new(RECORDS_TAG);
        let mut messages: Vec<_> = records.filter_map(|record| packer.add(record)).collect();
        messages.extend(packer.end());
        assert!(packer.end().is_none());
        messages
            .into_iter()
            .map(|packed| {
                let length = packed.bytes.len();
                let message = BatchInsertRequest::decode(packed.bytes).unwrap();
                assert_eq!(message.records.len() as u64, packed.end - packed.first);
                (packed.first, message, length)
            })
            .collect()
    }

    #[test]
    fn messages_are_as_full_as_they_may_be_and_hold_every_record_once() {
        let record = |n: usize| Record::new(n.to_string()).content("x".repeat(100_000 + n % 7));
        let messages = packed((0..100).map(record));
        let ids: Vec<String> = messages
            .iter()
            .flat_map(|(_, message, _)| &message.records)
            .map(|record| record.id.clone())
            .collect();
        assert_eq!(ids, (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(messages.len(), 10);
        for (place, (first, message, length)) in messages.iter().enumerate() {
            assert_eq!((*first, message.records.len()), (place as u64 * 10, 10));
            assert!(*length <= BYTES);
        }
    }

    #[test]
    fn a_large_record_is_a_message_of_its_own_and_small_ones_are_counted() {
        let large = Record::new("large").content("x".repeat(2 * BYTES));
        let small = (0..=RECORDS_MAX).map(|n| Record::new(n.to_string()));
        let messages = packed([Record::new("a"), large].into_iter().chain(small));
        let counts: Vec<usize> = messages.iter().map(|(_, m, _)| m.records.len()).collect();
        assert_eq!(counts, [1, 1, 10_000, 1]);
    }

    #[test]
    fn records_without_an_id_get_one() {
        let messages = packed([Record::default(), Record::default()].into_iter());
        let records = &messages[0].1.records;
        assert_eq!(records[0].id.len(), 36);
        assert!(records[0].id < records[1].id);
    }
}
