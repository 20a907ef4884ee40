//! The bytes of a file that are being looked at.
//!
//! Grows by what was really read and never by what a file says of itself.

use std::io::{Read, Result};

const READ_BYTES: u64 = 256 * 1024;

pub(super) struct Window<R> {
    source: R,
    bytes: Vec<u8>,
    /// Where in `bytes` the window begins.
    start: usize,
    /// Offset in the file of the first byte of the window.
    offset: u64,
    at_end: bool,
}

impl<R: Read> Window<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            bytes: Vec::new(),
            start: 0,
            offset: 0,
            at_end: false,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Offset in the file of the first byte of the window.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether nothing follows the window.
    pub(super) fn at_end(&self) -> bool {
        self.at_end
    }

    /// Reads on, as long as there is something.
    pub(super) fn more(&mut self) -> Result<()> {
        self.bytes.drain(..self.start);
        self.start = 0;
        let mut source = self.source.by_ref().take(READ_BYTES);
        let read = source.read_to_end(&mut self.bytes)?;
        self.at_end = (read as u64) < READ_BYTES;
        Ok(())
    }

    /// Lets go of the first bytes.
    pub(super) fn release(&mut self, count: usize) {
        self.start += count;
        self.offset += count as u64;
    }
}
