//! Finds the bounds of one top-level field in bytes that may end anywhere.
//!
//! Looks only at tags and lengths, because the bytes have not been checked yet. Refuses what no
//! encoder of proto3 writes: groups, field number 0, varints longer than their type.

/// The bounds of a field in the bytes that were scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Field number << 3 | wire type.
    pub tag: u32,
    /// Where the value starts: after the length of a length-delimited field.
    pub value: usize,
    /// After the value.
    pub end: usize,
}

/// What a scan found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// A whole field.
    Field(Field),
    /// The bytes end before the field does, whose end is here or, when its length is not known yet,
    /// later.
    Cut { end: u64 },
}

/// Scans the field that starts at `at`.
pub(super) fn scan(bytes: &[u8], at: usize) -> Result<Scan, String> {
    let Some((tag, value)) = varint32(bytes, at)? else {
        return Ok(cut(bytes));
    };
    if tag < 8 {
        return Err("a field with number 0".to_owned());
    }
    match tag & 7 {
        0 => skip_varint(bytes, tag, value),
        1 => Ok(sized(bytes, tag, value, 8)),
        2 => match varint32(bytes, value)? {
            Some((length, value)) => Ok(sized(bytes, tag, value, length)),
            None => Ok(cut(bytes)),
        },
        5 => Ok(sized(bytes, tag, value, 4)),
        kind => Err(format!(
            "field {} has wire type {kind}, which proto3 does not use",
            tag >> 3
        )),
    }
}

fn cut(bytes: &[u8]) -> Scan {
    let end = bytes.len() as u64 + 1;
    Scan::Cut { end }
}

fn sized(bytes: &[u8], tag: u32, value: usize, length: u32) -> Scan {
    let end = value as u64 + u64::from(length);
    match usize::try_from(end) {
        Ok(end) if end <= bytes.len() => Scan::Field(Field { tag, value, end }),
        _ => Scan::Cut { end },
    }
}

/// A varint of at most 32 bits and where it ends; `None` when the bytes end before.
fn varint32(bytes: &[u8], at: usize) -> Result<Option<(u32, usize)>, String> {
    let mut number = 0_u64;
    for index in 0..5 {
        let Some(byte) = bytes.get(at + index) else {
            return Ok(None);
        };
        number |= u64::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            let Ok(number) = u32::try_from(number) else {
                break;
            };
            return Ok(Some((number, at + index + 1)));
        }
    }
    Err("a tag or length of more than 32 bits".to_owned())
}

fn skip_varint(bytes: &[u8], tag: u32, value: usize) -> Result<Scan, String> {
    for end in value..value + 10 {
        match bytes.get(end) {
            None => return Ok(cut(bytes)),
            Some(0..=0x7f) => {
                let end = end + 1;
                return Ok(Scan::Field(Field { tag, value, end }));
            }
            Some(_) => {}
        }
    }
    Err(format!(
        "field {} is a varint of more than 10 bytes",
        tag >> 3
    ))
}

#[cfg(test)]
mod tests {
    use super::{Field, Scan, scan};

    fn field(tag: u32, value: usize, end: usize) -> Result<Scan, String> {
        Ok(Scan::Field(Field { tag, value, end }))
    }

    #[test]
    fn finds_the_bounds_of_every_wire_type() {
        assert_eq!(scan(&[0x08, 0x96, 0x01], 0), field(0x08, 1, 3));
        assert_eq!(scan(&[0x09, 1, 2, 3, 4, 5, 6, 7, 8], 0), field(0x09, 1, 9));
        assert_eq!(scan(&[0xff, 0x0a, 2, 7, 7], 1), field(0x0a, 3, 5));
        assert_eq!(scan(&[0x0d, 1, 2, 3, 4], 0), field(0x0d, 1, 5));
    }

    #[test]
    fn tells_where_a_cut_field_ends() {
        assert_eq!(scan(&[], 0), Ok(Scan::Cut { end: 1 }));
        assert_eq!(scan(&[0x0a, 5, 1], 0), Ok(Scan::Cut { end: 7 }));
        assert_eq!(scan(&[0x08, 0x80], 0), Ok(Scan::Cut { end: 3 }));
        let longest = [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f];
        assert_eq!(
            scan(&longest, 0),
            Ok(Scan::Cut {
                end: 6 + 0xffff_ffff
            })
        );
    }

    #[test]
    fn refuses_what_no_encoder_writes() {
        for bytes in [
            &[0x00_u8][..],
            &[0x0b],
            &[0x0c],
            &[0x0a, 0xff, 0xff, 0xff, 0xff, 0x1f],
            &[0x0a, 0x80, 0x80, 0x80, 0x80, 0x80],
            &[
                0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            ],
        ] {
            assert!(scan(bytes, 0).is_err(), "{bytes:?}");
        }
    }
}
