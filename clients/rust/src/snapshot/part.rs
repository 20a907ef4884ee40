//! One part of a snapshot while it is read: its header as it comes together, and what its checksums
//! and its footer must say.

use prost::Message;
use sha2::{Digest, Sha256};

use super::{
    SnapshotHeader,
    format::{HEADER_BYTES_MAX, MOVED, tags},
};
use crate::v1;

pub(super) struct Part {
    /// Offset in the file of its first byte.
    pub start: u64,
    /// Records before the block being read.
    pub records: u64,
    /// Unknown until the first checksum, or until there is none for too long.
    pub sealed: Option<bool>,
    /// Has every byte before the footer.
    digest: Sha256,
    fields: Vec<u8>,
    seen: u32,
}

impl Part {
    pub(super) fn new(start: u64) -> Self {
        Self {
            start,
            records: 0,
            sealed: None,
            digest: Sha256::new(),
            fields: Vec::new(),
            seen: 0,
        }
    }

    /// Keeps a header field: its bytes with tag, and its value alone.
    pub(super) fn add_header(
        &mut self,
        tag: u32,
        field: &[u8],
        value: &[u8],
    ) -> Result<(), String> {
        let number = tag >> 3;
        if self.seen & (1 << number) != 0 {
            return Err(format!("header field {number} occurs twice in the part"));
        }
        if self.sealed == Some(true) {
            return Err(format!(
                "header field {number} comes after the first checksum of the part"
            ));
        }
        let is_text = matches!(tag, tags::COLLECTION | tags::EMBEDDING_MODEL);
        if is_text && std::str::from_utf8(value).is_err() {
            return Err(format!("header field {number} is not valid UTF-8"));
        }
        if self.fields.len() + field.len() > HEADER_BYTES_MAX {
            return Err(format!(
                "the header takes more than {HEADER_BYTES_MAX} bytes"
            ));
        }
        self.seen |= 1 << number;
        self.fields.extend_from_slice(field);
        Ok(())
    }

    /// Takes bytes that are over.
    pub(super) fn digest_update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
    }

    /// The header of the fields so far.
    pub(super) fn header(&self) -> Result<SnapshotHeader, String> {
        SnapshotHeader::decode(&self.fields)
    }

    /// Checks a checksum against the bytes since the one before it, which start at `offset` of the
    /// file. The records that it counts are the caller's to compare.
    pub(super) fn verify(
        &self,
        checksum: &v1::Checksum,
        covered: &[u8],
        offset: u64,
    ) -> Result<(), String> {
        let (start, length) = (offset - self.start, covered.len());
        if checksum.start != start || checksum.length != length as u64 {
            return Err(format!(
                "this checksum covers {} bytes from {} of its part, but it follows {length} bytes \
                 from {start}: {MOVED}",
                checksum.length, checksum.start
            ));
        }
        if checksum.crc != crc32fast::hash(covered) {
            return Err(format!(
                "the {length} bytes before this checksum do not match it: the file is damaged, \
                 copy it again or use another one"
            ));
        }
        Ok(())
    }

    /// Checks the footer, which starts at `offset` of the file.
    pub(super) fn verify_footer(&mut self, encoded: &[u8], offset: u64) -> Result<(), String> {
        let footer = v1::Footer::decode(encoded)
            .map_err(|error| format!("the footer cannot be decoded: {error}"))?;
        if footer.record_count != self.records {
            return Err(format!(
                "the footer counts {} records, the part has {}",
                footer.record_count, self.records
            ));
        }
        let length = offset - self.start;
        if footer.part_length != length {
            return Err(format!(
                "the footer ends a part of {} bytes, this one has {length}",
                footer.part_length
            ));
        }
        if footer.sha256 != self.digest.finalize_reset().as_slice() {
            return Err(
                "the SHA-256 of the part is not the one in its footer: the file is damaged"
                    .to_owned(),
            );
        }
        Ok(())
    }
}
