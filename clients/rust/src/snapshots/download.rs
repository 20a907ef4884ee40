//! Reads a snapshot file from the server. Every chunk is checked against its CRC and its offset, the
//! whole against the SHA-256 that the server has on record, and what breaks off goes on.

use std::{
    io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::{
    fs::{self, File},
    io::{AsyncWrite, AsyncWriteExt},
};

use super::{Snapshots, resumption::Resumption};
use crate::{
    Code, Error, ResultStream,
    transport::{Answers, Transport, method},
    v1,
};

impl Snapshots {
    /// The bytes of a snapshot file in order, each chunk checked. When the connection breaks it is
    /// made again and the download goes on; it gives up after eight failures without another byte.
    /// After the last chunk comes DATA_LOSS when the SHA-256 is not the one on record: whoever must
    /// not act on a damaged file waits for the end. NOT_FOUND, reason SNAPSHOT_NOT_FOUND, when there
    /// is none.
    pub fn download(&self, id: impl Into<String>) -> ResultStream<Bytes> {
        let download = Download {
            transport: self.transport.clone(),
            snapshots: self.clone(),
            request: v1::DownloadSnapshotRequest {
                collection: self.collection.clone(),
                snapshot_id: id.into(),
                offset: 0,
            },
            answers: None,
            wanted: None,
            digest: Sha256::new(),
            resumption: Resumption::default(),
        };
        ResultStream::unfold(download, |mut download| async move {
            let chunk = download.next().await?;
            Ok(chunk.map(|chunk| (chunk, download)))
        })
    }

    /// Downloads a snapshot to a writer, which has all of it when this returns its length in bytes.
    /// Errors as of download; what the writer fails with is INTERNAL.
    pub async fn download_to<W: AsyncWrite + Unpin>(
        &self,
        id: impl Into<String>,
        writer: &mut W,
    ) -> Result<u64, Error> {
        let mut chunks = self.download(id);
        let mut length = 0;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            length += chunk.len() as u64;
            writer.write_all(&chunk).await.map_err(unwritten)?;
        }
        writer.flush().await.map_err(unwritten)?;
        Ok(length)
    }

    /// Downloads a snapshot to a file and returns its length in bytes. It is written beside its place
    /// with `.partial` after its name, and gets its name when it is whole, checked and on the disk.
    pub async fn download_file(
        &self,
        id: impl Into<String>,
        path: impl AsRef<Path>,
    ) -> Result<u64, Error> {
        let path = path.as_ref();
        let partial = partial(path);
        let mut file = File::create(&partial).await.map_err(unwritten)?;
        let written = match self.download_to(id, &mut file).await {
            Ok(length) => file.sync_all().await.map(|()| length).map_err(unwritten),
            Err(error) => Err(error),
        };
        drop(file);
        match written {
            Ok(length) => {
                fs::rename(&partial, path).await.map_err(unwritten)?;
                Ok(length)
            }
            Err(error) => {
                // The reason why it is of no use is what matters.
                let _ = fs::remove_file(&partial).await;
                Err(error)
            }
        }
    }

    /// What the server has on record of a snapshot.
    async fn find(&self, id: &str) -> Result<v1::Snapshot, Error> {
        let snapshots = self.list().await?.into_iter();
        let mut found = snapshots.filter(|snapshot| snapshot.snapshot_id == id);
        found.next().ok_or_else(|| {
            let message = format!("collection {:?} has no snapshot {id:?}", self.collection);
            Error::new(Code::NotFound, message).with_reason("SNAPSHOT_NOT_FOUND")
        })
    }
}

struct Download {
    transport: Transport,
    snapshots: Snapshots,
    /// Asks for the chunk that is due.
    request: v1::DownloadSnapshotRequest,
    answers: Option<Answers<v1::DownloadSnapshotResponse>>,
    /// The SHA-256 on record.
    wanted: Option<Bytes>,
    digest: Sha256,
    resumption: Resumption,
}

impl Download {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            match self.chunk().await {
                Ok(Some(chunk)) if chunk.is_empty() => {}
                Ok(Some(chunk)) => return Ok(Some(chunk)),
                Ok(None) => return self.end(),
                Err(error) => {
                    self.answers = None;
                    self.resumption.after(error, self.request.offset).await?;
                }
            }
        }
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if self.wanted.is_none() {
            let found = self.snapshots.find(&self.request.snapshot_id).await?;
            self.wanted = Some(found.sha256);
        }
        let answers = match &mut self.answers {
            Some(answers) => answers,
            None => {
                let method = method::DOWNLOAD_SNAPSHOT;
                let answers = self.transport.stream(method, &self.request).await?;
                self.answers.insert(answers)
            }
        };
        let Some(chunk) = answers.next().await? else {
            return Ok(None);
        };
        if chunk.offset != self.request.offset || crc32fast::hash(&chunk.data) != chunk.crc {
            return Err(self.damaged(&format!("on its way at offset {}", self.request.offset)));
        }
        self.request.offset += chunk.data.len() as u64;
        self.digest.update(&chunk.data);
        Ok(Some(chunk.data))
    }

    fn end(&mut self) -> Result<Option<Bytes>, Error> {
        let digest = self.digest.finalize_reset();
        match &self.wanted {
            Some(wanted) if wanted.as_ref() == digest.as_slice() => Ok(None),
            _ => Err(self.damaged("its SHA-256 is not the one on record")),
        }
    }

    fn damaged(&self, how: &str) -> Error {
        let v1::DownloadSnapshotRequest {
            snapshot_id,
            offset,
            ..
        } = &self.request;
        let message = format!("snapshot {snapshot_id} is damaged: {how}; download it again");
        Error::new(Code::DataLoss, message)
            .with_reason("CHECKSUM_MISMATCH")
            .with_fact("offset", offset)
    }
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

fn unwritten(error: io::Error) -> Error {
    Error::internal(format!("the snapshot cannot be written: {error}")).with_source(error)
}
