//! Reads snapshot files without a server, tokio or tonic.
//!
//! ```no_run
//! # fn main() -> Result<(), protovec::Error> {
//! use protovec::snapshot::SnapshotReader;
//!
//! let mut snapshot = SnapshotReader::open("docs.pb")?;
//! println!("{} dimensions", snapshot.header().dimension);
//! for record in &mut snapshot {
//!     let record = record?;
//!     println!("{}: {}", record.id, record.title);
//! }
//! println!("{} parts, sealed: {}", snapshot.parts(), snapshot.is_sealed());
//! # Ok(())
//! # }
//! ```
//!
//! Both binary encodings are read, plain and compressed, of any number of parts; `protovec snapshot
//! convert` makes the JSON one binary.

mod block;
mod block_reader;
mod field;
mod format;
mod fragment;
mod header;
mod part;
mod reader;
mod window;

pub use header::SnapshotHeader;
pub use reader::{ReadOptions, SnapshotReader, SnapshotSummary};
