#![cfg_attr(feature = "tls", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "tls"),
    doc = "The client of Protovec, a vector store over gRPC, and the reader of its snapshot files."
)]

#[cfg(feature = "client")]
mod backoff;
#[cfg(feature = "client")]
mod builder;
#[cfg(feature = "client")]
mod client;
mod code;
#[cfg(feature = "client")]
mod collection;
#[cfg(feature = "client")]
mod collection_config;
mod error;
pub mod filter;
#[cfg(feature = "client")]
mod ingest;
#[cfg(feature = "client")]
mod insert;
#[cfg(feature = "client")]
mod reads;
mod record;
#[cfg(feature = "client")]
mod record_packer;
#[cfg(feature = "client")]
mod result_stream;
#[cfg(feature = "client")]
mod search;
pub mod snapshot;
#[cfg(feature = "client")]
mod snapshots;
#[cfg(feature = "client")]
mod source;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "client")]
mod transport;
mod value;
#[cfg(feature = "client")]
mod write;
#[cfg(feature = "client")]
mod writes;

/// The messages and the generated clients of the schema, for what the rest of the crate does not
/// offer; see `Client::channel`. Every field is documented in the schema, `proto/protovec/v1`.
#[allow(missing_docs, clippy::all, rustdoc::all)]
pub mod v1 {
    include!("gen/protovec.v1.rs");
}

#[cfg(feature = "client")]
#[allow(missing_docs, dead_code, unused_imports, clippy::all, rustdoc::all)]
mod grpc_health {
    include!("gen/grpc.health.v1.rs");
}

pub use self::{
    code::Code,
    error::{Error, FieldViolation},
    filter::Filter,
    record::Record,
    v1::Metric,
    value::{Metadata, Value},
};
/// A moment; converts from and to `std::time::SystemTime`.
pub use prost_types::Timestamp;

#[cfg(feature = "client")]
pub use self::{
    builder::ClientBuilder,
    client::Client,
    collection::Collection,
    collection_config::{CollectionConfig, Embedder},
    ingest::{AckLevel, IngestError, IngestOptions, IngestProgress, IngestResult},
    insert::{InsertOptions, InsertProgress, InsertResult},
    reads::{FoundRecords, ListOptions},
    result_stream::ResultStream,
    search::{Hit, Query, SearchAnswer, SearchMethod, SearchResult},
    snapshots::{
        CreateOptions, Difference, DifferenceKind, MergeOptions, RestoreOptions, RestoreResult,
        SnapshotDiff, Snapshots, UploadOptions, UploadSource,
    },
    source::RecordItem,
    transport::AuthorizedChannel,
    v1::{
        Collection as CollectionInfo, DifferenceSummary, GetServerInfoResponse as ServerInfo,
        MergePolicy, MergeResult, Snapshot as SnapshotInfo, SnapshotFormat, SnapshotReport,
    },
    write::{
        Outcome, RecordError, RecordResult, UpsertManyOptions, UpsertOptions, UpsertResult,
        WriteMode,
    },
};

#[cfg(feature = "tls")]
pub use self::tls::TlsOptions;
