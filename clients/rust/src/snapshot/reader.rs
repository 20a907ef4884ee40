//! The records of a snapshot file as an iterator.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::{
    SnapshotHeader,
    block::Records,
    block_reader::{BlockReader, Failure},
};
use crate::{Code, Error, Record};

/// How a file is read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    allow_unsealed: bool,
    name: Option<String>,
}

impl ReadOptions {
    /// Sealed files only.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also reads parts that have neither checksums nor a footer. Damage of such parts, and that
    /// they are cut, cannot be told.
    #[must_use]
    pub fn allow_unsealed(mut self, allow: bool) -> Self {
        self.allow_unsealed = allow;
        self
    }

    /// What errors call the file. Default: its path or, of bytes, `snapshot`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Opens the file at `path` and reads its header. Errors as of [`SnapshotReader::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<SnapshotReader<File>, Error> {
        let path = path.as_ref();
        let name = self.name.clone();
        let name = name.unwrap_or_else(|| path.display().to_string());
        let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
        self.name(name).read(file)
    }

    /// Reads from `source`, in large pieces: no buffer is needed around it.
    pub fn read<R: Read>(self, source: R) -> Result<SnapshotReader<R>, Error> {
        let mut reader = SnapshotReader {
            blocks: BlockReader::new(source, self.allow_unsealed),
            name: self.name.unwrap_or_else(|| "snapshot".to_owned()),
            header: None,
            records: None,
            record_count: 0,
            is_over: false,
        };
        reader.next_block()?;
        Ok(reader)
    }
}

/// A snapshot file that is being read. Iterate over it for its records.
///
/// Records of a sealed part come after their checksum has been verified; that the file is whole is
/// known when the iteration has ended without an error. Across parts, of two records with one id the
/// later one counts; the reader gives both. Ids that occur twice in a part are not looked for.
///
/// Memory is that of the bytes between two checksums: about 1 MiB in files of Protovec, and 16 MiB
/// at most, whatever a file says.
pub struct SnapshotReader<R> {
    blocks: BlockReader<R>,
    name: String,
    /// That of the part whose records are being read.
    header: Option<SnapshotHeader>,
    records: Option<Records>,
    record_count: u64,
    is_over: bool,
}

/// What a file was found to be after it was read to its end.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SnapshotSummary {
    /// The header of the last part.
    pub header: SnapshotHeader,
    /// Parts in the file.
    pub parts: u64,
    /// Whether every part has checksums and a footer, which were verified.
    pub is_sealed: bool,
    /// Records in the file; one whose id is in several parts counts several times.
    pub record_count: u64,
}

impl SnapshotReader<File> {
    /// Opens a file and reads its header. DATA_LOSS, reason STORAGE_CORRUPTED, with file and offset
    /// for what is no snapshot, damaged, of a newer major version or unsealed; reason FILE_UNREADABLE
    /// when the system does not let it be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        ReadOptions::new().open(path)
    }
}

impl<R: Read> SnapshotReader<R> {
    /// Reads from any source. Errors as of [`SnapshotReader::open`].
    pub fn new(source: R) -> Result<Self, Error> {
        ReadOptions::new().read(source)
    }

    /// What the part being read says of its records. In an unsealed part of more than 16 MiB what
    /// its writer put after the records is known only at its end.
    #[must_use]
    pub fn header(&self) -> &SnapshotHeader {
        self.header
            .as_ref()
            .expect("a file without a header is not opened")
    }

    /// Parts that were begun so far.
    #[must_use]
    pub fn parts(&self) -> u64 {
        self.blocks.parts
    }

    /// Whether every part so far has checksums.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.blocks.sealed
    }

    /// Records that were read so far.
    #[must_use]
    pub fn record_count(&self) -> u64 {
        self.record_count
    }

    /// Reads and checks the rest, and tells what the file is.
    pub fn finish(mut self) -> Result<SnapshotSummary, Error> {
        for record in &mut self {
            record?;
        }
        Ok(SnapshotSummary {
            header: self.header().clone(),
            parts: self.parts(),
            is_sealed: self.is_sealed(),
            record_count: self.record_count,
        })
    }

    fn next_block(&mut self) -> Result<(), Error> {
        let block = self.blocks.next().map_err(|failure| match failure {
            Failure::Io(error) => unreadable(&self.name, &error),
            Failure::Damage(problem) => self.damaged(self.blocks.offset(), &problem),
        })?;
        self.is_over = block.is_none();
        self.records = block.map(Records::new);
        self.header.clone_from(&self.blocks.header);
        Ok(())
    }

    fn next_record(&mut self) -> Result<Option<Record>, Error> {
        while !self.is_over {
            match self.records.as_mut().and_then(Records::next) {
                Some(Ok(record)) => {
                    self.record_count += 1;
                    return Ok(Some(record));
                }
                Some(Err((offset, problem))) => return Err(self.damaged(offset, &problem)),
                None => self.next_block()?,
            }
        }
        Ok(None)
    }

    fn damaged(&self, offset: u64, problem: &str) -> Error {
        let Self {
            name, record_count, ..
        } = self;
        let message =
            format!("{name}, offset {offset}: {problem} ({record_count} records were read)");
        Error::new(Code::DataLoss, message)
            .with_reason("STORAGE_CORRUPTED")
            .with_fact("file", name)
            .with_fact("offset", offset)
            .with_fact("records_read", record_count)
    }
}

impl<R: Read> Iterator for SnapshotReader<R> {
    type Item = Result<Record, Error>;

    /// After an error there is nothing more.
    fn next(&mut self) -> Option<Self::Item> {
        let record = self.next_record();
        self.is_over |= record.is_err();
        record.transpose()
    }
}

fn unreadable(name: &str, error: &io::Error) -> Error {
    let code = match error.kind() {
        io::ErrorKind::NotFound => Code::NotFound,
        io::ErrorKind::PermissionDenied => Code::PermissionDenied,
        _ => Code::Internal,
    };
    Error::new(code, format!("{name} cannot be read: {error}"))
        .with_reason("FILE_UNREADABLE")
        .with_fact("file", name)
        .with_source(io::Error::new(error.kind(), error.to_string()))
}
