//! Loads that survive broken connections and restarts of the server.
//!
//! Invariants: the source is not touched before the load is open; no batch is sent over a stream
//! before the server has told what it keeps; none is forgotten before it is kept.

mod load;
mod options;
mod patience;
mod result;
mod session;
mod tally;
mod window;

use std::pin::pin;

use futures_util::{Stream, stream};

use self::{load::Load, patience::Patience, session::Session};
pub use self::{
    options::{AckLevel, IngestOptions, IngestProgress},
    result::{IngestError, IngestResult},
};
use crate::{Collection, RecordItem};

impl Collection {
    /// Bulk load that goes on when connections break or the server restarts: nothing is lost,
    /// nothing written twice, in bounded memory of about 20 MiB. The error has the counts so far and
    /// the key to go on with.
    ///
    /// Batches are cut by the records and their order alone. With the key and the same source a
    /// later load, of another process too, goes on after what is kept; another source is noticed by
    /// its counts and refused with reason INGEST_SOURCE_CHANGED.
    pub async fn ingest<I>(
        &self,
        records: I,
        options: IngestOptions,
    ) -> Result<IngestResult, IngestError>
    where
        I: IntoIterator,
        I::Item: RecordItem,
    {
        self.ingest_stream(stream::iter(records), options).await
    }

    /// As ingest, from a stream.
    pub async fn ingest_stream<S>(
        &self,
        records: S,
        mut options: IngestOptions,
    ) -> Result<IngestResult, IngestError>
    where
        S: Stream,
        S::Item: RecordItem,
    {
        let mut open = options.opening().map_err(|error| IngestError {
            error,
            result: Box::default(),
        })?;
        let mut load = Load::new(&open);
        let mut patience = Patience::new(options.give_up_after);
        let mut source = pin!(records);
        let collection = self.without_timeout();
        loop {
            open.acknowledged_number = load.tally.acknowledged_batches();
            let mut session = Session::new(&mut load, &mut patience, &mut options.on_progress);
            let run = session.run(&collection, &open, source.as_mut()).await;
            let broken = match run {
                Ok(None) => return Ok(load.tally.result()),
                Ok(Some(broken)) => patience.after(broken).await,
                Err(error) => Err(error),
            };
            if let Err(error) = broken {
                let result = Box::new(load.tally.result());
                return Err(IngestError { error, result });
            }
        }
    }
}
