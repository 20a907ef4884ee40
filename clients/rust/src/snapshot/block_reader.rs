//! Puts the fields of a file together to blocks and holds every part to its checksums, its footer and
//! what the parts before it say.
//!
//! Invariant: the bytes of a sealed part leave only after the checksum that covers them has been
//! verified. Never decodes a record. Memory is that of the bytes between two checksums, 16 MiB at
//! most, whatever a file says.

use std::io::{self, Read};

use prost::Message;

use super::{
    SnapshotHeader,
    block::{Block, Item, count_records},
    field::{Field, Scan, scan},
    format::{COVERED_BYTES_MAX, KNOWN_FIELD_MAX, MOVED, UNSEALED_BYTES, is_header, tags},
    part::Part,
    window::Window,
};
use crate::v1;

/// Why reading cannot go on.
pub(super) enum Failure {
    /// The file cannot be read.
    Io(io::Error),
    /// What was read is no snapshot, or a damaged one.
    Damage(String),
}

impl From<String> for Failure {
    fn from(problem: String) -> Self {
        Self::Damage(problem)
    }
}

type Outcome = Result<Option<Block>, Failure>;

pub(super) struct BlockReader<R> {
    window: Window<R>,
    allow_unsealed: bool,
    part: Option<Part>,
    /// Parts that were begun, and whether all of them are sealed as far as is known.
    pub parts: u64,
    pub sealed: bool,
    /// That of the last part whose header is complete.
    pub header: Option<SnapshotHeader>,
    /// What the parts before say together.
    agreed: Option<SnapshotHeader>,
    /// Where the next field starts in the window.
    cursor: usize,
    items: Vec<Item>,
}

impl<R: Read> BlockReader<R> {
    pub(super) fn new(source: R, allow_unsealed: bool) -> Self {
        Self {
            window: Window::new(source),
            allow_unsealed,
            part: None,
            parts: 0,
            sealed: true,
            header: None,
            agreed: None,
            cursor: 0,
            items: Vec::new(),
        }
    }

    /// Offset in the file of the field at hand.
    pub(super) fn offset(&self) -> u64 {
        self.window.offset() + self.cursor as u64
    }

    /// The next block that has records; `None` at the end of a whole file.
    pub(super) fn next(&mut self) -> Outcome {
        loop {
            if self.parts == 0 && self.window.bytes().first() == Some(&b'{') {
                let problem = "the file is JSON, which is not read here; `protovec snapshot convert \
                               IN OUT.pb` makes it binary";
                return Err(problem.to_owned().into());
            }
            match scan(self.window.bytes(), self.cursor)? {
                Scan::Field(field) => {
                    if let Some(block) = self.take(field)? {
                        return Ok(Some(block));
                    }
                }
                Scan::Cut { .. } if self.window.at_end() => return self.end(),
                Scan::Cut { end } => {
                    let length = end - self.cursor as u64;
                    if length > COVERED_BYTES_MAX as u64 {
                        return Err(Failure::Damage(format!(
                            "a field of {length} bytes, the most is {COVERED_BYTES_MAX}: the file \
                             is damaged"
                        )));
                    }
                    self.window.more().map_err(Failure::Io)?;
                }
            }
        }
    }

    fn take(&mut self, field: Field) -> Outcome {
        let Field { tag, value, end } = field;
        if tag == tags::VERSION {
            // An unsealed part ends where the next begins; the version is then scanned once more.
            if self.part.is_some() {
                return self.end_unsealed();
            }
            self.open_part(field)?;
        }
        let bytes = self.window.bytes();
        let number = tag >> 3;
        let Some(part) = &mut self.part else {
            return Err(Failure::Damage(format!(
                "field {number} where a part must start: the file is no snapshot, or it is damaged"
            )));
        };
        match tag {
            tags::CHECKSUM => return self.take_checksum(field),
            tags::FOOTER => return self.take_footer(field),
            tags::RECORD | tags::FRAGMENT => self.items.push(Item {
                range: value..end,
                is_fragment: tag == tags::FRAGMENT,
            }),
            tag if is_header(tag) => {
                part.add_header(tag, &bytes[self.cursor..end], &bytes[value..end])?;
            }
            _ if number <= KNOWN_FIELD_MAX => {
                return Err(Failure::Damage(format!(
                    "field {number} has wire type {}, which is not its type",
                    tag & 7
                )));
            }
            _ => {}
        }
        self.cursor = end;
        let is_unsealed = part.sealed == Some(false);
        let most = if is_unsealed {
            UNSEALED_BYTES
        } else {
            COVERED_BYTES_MAX
        };
        if end < most {
            Ok(None)
        } else {
            self.unsealed_block()
        }
    }

    fn open_part(&mut self, version: Field) -> Result<(), String> {
        let value = &self.window.bytes()[version.value..version.end];
        if let Some(problem) = super::format::version_problem(value) {
            return Err(problem);
        }
        self.part = Some(Part::new(self.offset()));
        self.parts += 1;
        Ok(())
    }

    fn take_checksum(&mut self, field: Field) -> Outcome {
        let Some(part) = &mut self.part else {
            return Ok(None);
        };
        if part.sealed == Some(false) {
            let problem = format!("the first checksum of the part comes only here: {MOVED}");
            return Err(Failure::Damage(problem));
        }
        let bytes = self.window.bytes();
        let checksum = v1::Checksum::decode(&bytes[field.value..field.end])
            .map_err(|error| format!("a checksum that cannot be decoded: {error}"))?;
        part.verify(&checksum, &bytes[..self.cursor], self.window.offset())?;
        let records = count_records(bytes, &self.items)?;
        if records != checksum.records {
            return Err(Failure::Damage(format!(
                "this checksum counts {} records, there are {records}",
                checksum.records
            )));
        }
        part.records += records;
        part.digest_update(&bytes[..field.end]);
        if part.sealed.is_none() {
            part.sealed = Some(true);
            let header = part.header()?;
            self.agree(header)?;
        }
        Ok(self.leave(field.end))
    }

    fn take_footer(&mut self, field: Field) -> Outcome {
        let offset = self.offset();
        let uncovered = self.cursor;
        match &mut self.part {
            Some(part) if part.sealed == Some(true) && uncovered == 0 => {
                let encoded = &self.window.bytes()[field.value..field.end];
                part.verify_footer(encoded, offset)?;
            }
            _ => {
                return Err(Failure::Damage(format!(
                    "no checksum covers the {uncovered} bytes before the footer: {MOVED}"
                )));
            }
        }
        self.part = None;
        Ok(self.leave(field.end))
    }

    /// A block without a checksum, if there may be one.
    fn unsealed_block(&mut self) -> Outcome {
        let Some(part) = &mut self.part else {
            return Ok(None);
        };
        if part.sealed == Some(true) || !self.allow_unsealed {
            return Err(Failure::Damage(format!(
                "no checksum within {COVERED_BYTES_MAX} bytes: the file is damaged or was never \
                 sealed; one made by another program is read with allow_unsealed"
            )));
        }
        if part.sealed.is_none() {
            part.sealed = Some(false);
            self.sealed = false;
            self.header = Some(part.header()?);
        }
        Ok(self.leave(self.cursor))
    }

    /// Ends a part that has no footer, if it may have none.
    fn end_unsealed(&mut self) -> Outcome {
        let Some(part) = &self.part else {
            return Ok(None);
        };
        let start = part.start;
        if part.sealed == Some(true) {
            return Err(Failure::Damage(format!(
                "the part that starts at offset {start} ends here without a footer: the file is \
                 truncated, copy it again or use another one"
            )));
        }
        if !self.allow_unsealed {
            return Err(Failure::Damage(format!(
                "the part that starts at offset {start} has neither checksums nor a footer: it is \
                 truncated, or another program made it and it is read with allow_unsealed"
            )));
        }
        let header = part.header()?;
        self.sealed = false;
        self.agree(header)?;
        self.part = None;
        Ok(self.leave(self.cursor))
    }

    fn end(&mut self) -> Outcome {
        if self.cursor < self.window.bytes().len() {
            let problem = "the file ends within a field: it is truncated, copy it again";
            return Err(problem.to_owned().into());
        }
        if self.parts == 0 {
            let problem = "the file is empty: it is truncated, copy it again";
            return Err(problem.to_owned().into());
        }
        self.end_unsealed()
    }

    /// Holds a part to those before it.
    fn agree(&mut self, header: SnapshotHeader) -> Result<(), String> {
        let agreed = self.agreed.get_or_insert_with(|| header.clone());
        if let Some(conflict) = agreed.conflict(&header) {
            return Err(format!("{conflict}: such parts are no snapshot together"));
        }
        // A part without a model agrees with every model; the first that has one speaks for all.
        if agreed.embedding_model.is_empty() {
            agreed.embedding_model.clone_from(&header.embedding_model);
        }
        self.header = Some(header);
        Ok(())
    }

    /// Lets go of the first bytes of the window; the block of them, if it has records.
    fn leave(&mut self, end: usize) -> Option<Block> {
        let items = std::mem::take(&mut self.items);
        let block = (!items.is_empty()).then(|| Block {
            bytes: self.window.bytes()[..self.cursor].to_vec(),
            offset: self.window.offset(),
            items,
            dimension: self.header.as_ref().map_or(0, |header| header.dimension),
        });
        self.window.release(end);
        self.cursor = 0;
        block
    }
}
