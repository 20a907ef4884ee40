//! A record as it is written and as it is read.

use crate::{Error, Metadata, Timestamp, Value, v1};

/// One record: a text, its embedding and what is to be remembered about both.
///
/// ```
/// use protovec::Record;
///
/// let record = Record::new("a")
///     .content("a violin")
///     .embedding([0.9, 0.1, 0.0])
///     .metadata("lang", "en")
///     .metadata("year", 1998);
/// assert_eq!(record.metadata["year"].as_int(), Some(1998));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// 1 to 255 bytes. Empty in a record to be written: the client makes a UUIDv7 before it sends it.
    pub id: String,
    /// The text that the embedding stands for. Empty: none.
    pub content: String,
    /// A short name for people. Empty: none.
    pub title: String,
    /// Where the text came from.
    pub file_path: Option<String>,
    /// File extension or kind of source.
    pub extension: Option<String>,
    /// As long as the collection's dimension, all values finite. Empty: the collection's embedder
    /// makes it, or it was not asked for.
    pub embedding: Vec<f32>,
    /// Values to filter by.
    pub metadata: Metadata,
    /// When it was first stored. Set by the server; only a merge keeps what a client sends.
    pub create_time: Option<Timestamp>,
    /// When it was last written. Set by the server; only a merge keeps what a client sends.
    pub update_time: Option<Timestamp>,
    /// Log sequence of its last change. Set by the server and never sent.
    pub revision: u64,
}

impl Record {
    /// A record with this id and nothing else.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }

    /// Sets the text.
    #[must_use]
    pub fn content(mut self, content: impl Into<String>) -> Self {
        self.content = content.into();
        self
    }

    /// Sets the title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets where the text came from.
    #[must_use]
    pub fn file_path(mut self, path: impl Into<String>) -> Self {
        self.file_path = Some(path.into());
        self
    }

    /// Sets the file extension or kind of source.
    #[must_use]
    pub fn extension(mut self, extension: impl Into<String>) -> Self {
        self.extension = Some(extension.into());
        self
    }

    /// Sets the embedding.
    #[must_use]
    pub fn embedding(mut self, embedding: impl Into<Vec<f32>>) -> Self {
        self.embedding = embedding.into();
        self
    }

    /// Adds a metadata value, or replaces that of the key.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }
}

impl From<Record> for v1::VectorRecord {
    fn from(record: Record) -> Self {
        let metadata = record.metadata.into_iter();
        Self {
            id: record.id,
            content: record.content,
            title: record.title,
            file_path: record.file_path,
            extension: record.extension,
            embedding: record.embedding,
            metadata: metadata.map(|(key, value)| (key, value.into())).collect(),
            create_time: record.create_time,
            update_time: record.update_time,
            revision: 0,
        }
    }
}

impl TryFrom<v1::VectorRecord> for Record {
    type Error = Error;

    /// UNIMPLEMENTED when it has a kind of value that this version does not know.
    fn try_from(record: v1::VectorRecord) -> Result<Self, Error> {
        let mut metadata = Metadata::new();
        for (key, value) in record.metadata {
            metadata.insert(key, value.try_into()?);
        }
        Ok(Self {
            id: record.id,
            content: record.content,
            title: record.title,
            file_path: record.file_path,
            extension: record.extension,
            embedding: record.embedding,
            metadata,
            create_time: record.create_time,
            update_time: record.update_time,
            revision: record.revision,
        })
    }
}
