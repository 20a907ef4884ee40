//! Brings a snapshot file to the server. When the connection breaks, the server is asked how much it
//! has, and the upload goes on from there.

use std::{
    io::{self, SeekFrom},
    path::{Path, PathBuf},
};

use bytes::{Bytes, BytesMut};
use prost::Message;
use sha2::{Digest, Sha256};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};
use uuid::Uuid;

use super::{Snapshots, incomplete, resumption::Resumption};
use crate::{
    Error, SnapshotInfo,
    transport::{
        method,
        sender::{Filled, Sender},
    },
    v1,
};

const PIECE_BYTES: usize = 1024 * 1024;

/// A snapshot file: a path, or its bytes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum UploadSource {
    /// A file.
    File(PathBuf),
    /// The bytes of a file.
    Bytes(Bytes),
}

impl From<&Path> for UploadSource {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<PathBuf> for UploadSource {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&PathBuf> for UploadSource {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl From<&str> for UploadSource {
    fn from(path: &str) -> Self {
        Self::File(path.into())
    }
}

impl From<Bytes> for UploadSource {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

/// Settings of an upload.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct UploadOptions {
    id: Option<String>,
    allow_unsealed: bool,
}

impl UploadOptions {
    /// A new snapshot, of a sealed file.
    pub fn new() -> Self {
        Self::default()
    }

    /// UUIDv7 of the snapshot, at most a day old. With the id of an upload that broke off, it goes
    /// on where that stopped. Default: a new one.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Accepts a file without checksums and footer.
    pub fn allow_unsealed(mut self, allow: bool) -> Self {
        self.allow_unsealed = allow;
        self
    }
}

impl Snapshots {
    /// Uploads a snapshot file, which becomes a snapshot of this collection once the server has
    /// checked it whole. The file is read once before, for its length and SHA-256. When the
    /// connection breaks it is made again, and the upload goes on.
    pub async fn upload(
        &self,
        source: impl Into<UploadSource>,
        options: UploadOptions,
    ) -> Result<SnapshotInfo, Error> {
        let source = source.into();
        let mut may_be_begun = options.id.is_some();
        let announced = v1::UploadSnapshotRequest {
            collection: self.collection.clone(),
            snapshot_id: options.id.unwrap_or_else(|| Uuid::now_v7().to_string()),
            allow_unsealed: options.allow_unsealed,
            ..announcement(&source).await?
        };
        let mut resumption = Resumption::default();
        let mut received = 0;
        loop {
            let uploaded = async {
                if may_be_begun {
                    let progress = self.upload_progress(&announced.snapshot_id).await?;
                    if let Some(snapshot) = progress.snapshot {
                        return Ok(snapshot);
                    }
                    received = progress.received_bytes;
                }
                self.send(&announced, &source, received).await
            };
            match uploaded.await {
                Ok(snapshot) => return Ok(snapshot),
                Err(error) => resumption.after(error, received).await?,
            }
            may_be_begun = true;
        }
    }

    async fn upload_progress(&self, id: &str) -> Result<v1::GetUploadResponse, Error> {
        let request = v1::GetUploadRequest {
            collection: self.collection.clone(),
            snapshot_id: id.to_owned(),
        };
        match self.transport.unary(method::GET_UPLOAD, &request).await {
            Err(error) if error.reason() == "SNAPSHOT_NOT_FOUND" => {
                Ok(v1::GetUploadResponse::default())
            }
            progress => progress,
        }
    }

    /// Sends what follows the first `offset` bytes.
    async fn send(
        &self,
        announced: &v1::UploadSnapshotRequest,
        source: &UploadSource,
        offset: u64,
    ) -> Result<SnapshotInfo, Error> {
        let fill = |sender: Sender| async move {
            let mut pieces = Pieces::open(source, offset).await?;
            let mut request = announced.clone();
            request.offset = offset;
            loop {
                let piece = pieces.next().await?;
                let is_first = !request.collection.is_empty();
                if piece.is_empty() && !is_first {
                    return Ok(Filled::Whole);
                }
                let length = piece.len() as u64;
                request.crc = crc32fast::hash(&piece);
                request.data = piece;
                if !sender.send(request.encode_to_vec().into()).await {
                    return Ok(Filled::Cut);
                }
                request = v1::UploadSnapshotRequest {
                    offset: request.offset + length,
                    ..Default::default()
                };
            }
        };
        let method = method::UPLOAD_SNAPSHOT;
        let answer = self.transport.upload_from(method, fill).await;
        let answer: v1::UploadSnapshotResponse = answer?;
        answer.snapshot.ok_or_else(|| incomplete("a snapshot"))
    }
}

/// What an upload says of its file before its first byte.
async fn announcement(source: &UploadSource) -> Result<v1::UploadSnapshotRequest, Error> {
    let mut pieces = Pieces::open(source, 0).await?;
    let mut digest = Sha256::new();
    let mut size_bytes = 0;
    loop {
        let piece = pieces.next().await?;
        if piece.is_empty() {
            break;
        }
        digest.update(&piece);
        size_bytes += piece.len() as u64;
    }
    Ok(v1::UploadSnapshotRequest {
        size_bytes,
        sha256: digest.finalize().to_vec().into(),
        ..Default::default()
    })
}

/// Gives the bytes of a file from an offset on in pieces of 1 MiB, the last one shorter.
pub(super) enum Pieces {
    File(File),
    Bytes(Bytes),
}

impl Pieces {
    pub(super) async fn open(source: &UploadSource, offset: u64) -> Result<Self, Error> {
        match source {
            UploadSource::File(path) => {
                let unread = |error| unread(path, error);
                let mut file = File::open(path).await.map_err(unread)?;
                file.seek(SeekFrom::Start(offset)).await.map_err(unread)?;
                Ok(Self::File(file))
            }
            UploadSource::Bytes(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                Ok(Self::Bytes(bytes.slice(start.min(bytes.len())..)))
            }
        }
    }

    /// The next piece; empty at the end.
    pub(super) async fn next(&mut self) -> Result<Bytes, Error> {
        match self {
            Self::File(file) => {
                let mut piece = BytesMut::with_capacity(PIECE_BYTES);
                let mut rest = file.take(PIECE_BYTES as u64);
                while rest.read_buf(&mut piece).await.map_err(|error| {
                    Error::internal(format!("the snapshot file cannot be read: {error}"))
                })? > 0
                {}
                Ok(piece.freeze())
            }
            Self::Bytes(bytes) => Ok(bytes.split_to(PIECE_BYTES.min(bytes.len()))),
        }
    }
}

fn unread(path: &Path, error: io::Error) -> Error {
    let message = format!("{} cannot be read: {error}", path.display());
    Error::internal(message)
        .with_reason("FILE_UNREADABLE")
        .with_source(error)
}
