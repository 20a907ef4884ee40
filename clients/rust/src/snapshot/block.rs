//! Some records of one part, as they stand in the file.

use std::ops::Range;

use prost::Message;

use super::fragment::{Inflated, claimed_records, inflate};
use crate::{Record, v1};

/// Where a record, or a fragment of several, lies in the bytes of its block.
pub(super) struct Item {
    pub range: Range<usize>,
    pub is_fragment: bool,
}

/// Some records of one part; of a sealed part, of bytes that their checksum has verified.
pub(super) struct Block {
    pub bytes: Vec<u8>,
    /// Offset in the file of the first byte.
    pub offset: u64,
    pub items: Vec<Item>,
    /// Length that every embedding must have.
    pub dimension: u32,
}

/// Takes the records out of a block, one after the other.
pub(super) struct Records {
    block: Block,
    next: usize,
    inflated: Option<(Inflated, usize)>,
}

impl Records {
    pub(super) fn new(block: Block) -> Self {
        Self {
            block,
            next: 0,
            inflated: None,
        }
    }

    /// The next record; what is wrong with it comes with an offset in the file.
    pub(super) fn next(&mut self) -> Option<Result<Record, (u64, String)>> {
        loop {
            if let Some((inflated, next)) = &mut self.inflated {
                if let Some(range) = inflated.records.get(*next) {
                    *next += 1;
                    let record = decode(&inflated.bytes[range.clone()], self.block.dimension);
                    return Some(record.map_err(|problem| (self.offset(self.next - 1), problem)));
                }
                self.inflated = None;
            }
            let item = self.block.items.get(self.next)?;
            self.next += 1;
            let bytes = &self.block.bytes[item.range.clone()];
            let result = if item.is_fragment {
                match inflate(bytes) {
                    Ok(inflated) => {
                        self.inflated = Some((inflated, 0));
                        continue;
                    }
                    Err(problem) => Err(problem),
                }
            } else {
                decode(bytes, self.block.dimension)
            };
            return Some(result.map_err(|problem| (self.offset(self.next - 1), problem)));
        }
    }

    /// Offset in the file of an item.
    fn offset(&self, item: usize) -> u64 {
        self.block.offset + self.block.items[item].range.start as u64
    }
}

/// Records of the items of `bytes`, with those that fragments say they have.
pub(super) fn count_records(bytes: &[u8], items: &[Item]) -> Result<u64, String> {
    let mut records = 0_u64;
    for item in items {
        records = records.saturating_add(if item.is_fragment {
            claimed_records(&bytes[item.range.clone()])?
        } else {
            1
        });
    }
    Ok(records)
}

fn decode(bytes: &[u8], dimension: u32) -> Result<Record, String> {
    let record = v1::VectorRecord::decode(bytes)
        .map_err(|error| format!("a record that cannot be decoded: {error}"))?;
    if record.embedding.len() != dimension as usize {
        return Err(format!(
            "the embedding of record {:?} has {} dimensions, the snapshot {dimension}",
            record.id,
            record.embedding.len()
        ));
    }
    Record::try_from(record).map_err(|error| error.message().to_owned())
}
