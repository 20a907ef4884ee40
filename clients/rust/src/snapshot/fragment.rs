//! Compressed records. A fragment may come from anybody: nothing is inflated before its CRC has been
//! verified, and no more than it says, at most 4 MiB.

use std::{io::Read, ops::Range};

use flate2::read::MultiGzDecoder;
use prost::Message;

use super::{
    field::{Scan, scan},
    format::{INFLATED_BYTES_MAX, KNOWN_FIELD_MAX, tags},
};
use crate::v1;

/// The records of a fragment.
pub(super) struct Inflated {
    pub bytes: Vec<u8>,
    /// Bounds of each record in `bytes`.
    pub records: Vec<Range<usize>>,
}

/// What the encoded fragment says of its number of records.
pub(super) fn claimed_records(encoded: &[u8]) -> Result<u64, String> {
    Ok(decode(encoded)?.record_count)
}

/// Checks and inflates the encoded fragment.
pub(super) fn inflate(encoded: &[u8]) -> Result<Inflated, String> {
    let fragment = decode(encoded)?;
    if fragment.codec != v1::Codec::Gzip as i32 {
        let codec = fragment.codec;
        return Err(format!(
            "records compressed with codec {codec}, which this version does not know"
        ));
    }
    if crc32fast::hash(&fragment.data) != fragment.crc {
        let length = fragment.data.len();
        return Err(format!(
            "the {length} bytes of compressed records do not match their CRC"
        ));
    }
    let size = fragment.inflated_size;
    if size > INFLATED_BYTES_MAX {
        return Err(format!(
            "compressed records that inflate to {size} bytes, the most is {INFLATED_BYTES_MAX}"
        ));
    }
    let mut bytes = Vec::new();
    MultiGzDecoder::new(fragment.data.as_ref())
        .take(size + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("compressed records that cannot be inflated: {error}"))?;
    if bytes.len() as u64 != size {
        return Err(format!(
            "compressed records that do not inflate to the {size} bytes that they say"
        ));
    }
    let records = bounds(&bytes)?;
    if records.len() as u64 != fragment.record_count {
        return Err(format!(
            "compressed records that count {} records, there are {}",
            fragment.record_count,
            records.len()
        ));
    }
    Ok(Inflated { bytes, records })
}

fn decode(encoded: &[u8]) -> Result<v1::Fragment, String> {
    v1::Fragment::decode(encoded)
        .map_err(|error| format!("compressed records that cannot be decoded: {error}"))
}

fn bounds(bytes: &[u8]) -> Result<Vec<Range<usize>>, String> {
    let mut records = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let Scan::Field(field) = scan(bytes, at)? else {
            return Err("compressed records that end within a field".to_owned());
        };
        if field.tag == tags::RECORD {
            records.push(field.value..field.end);
        } else if field.tag >> 3 <= KNOWN_FIELD_MAX {
            return Err(format!(
                "field {} among compressed records, where only records may be",
                field.tag >> 3
            ));
        }
        at = field.end;
    }
    Ok(records)
}
