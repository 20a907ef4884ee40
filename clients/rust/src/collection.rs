//! One collection: its name and a connection.

use std::time::Duration;

use crate::{
    CollectionInfo, Error, Snapshots,
    client::described,
    transport::{Timeout, Transport, method},
    v1,
};

/// One collection: writes, reads, searches. Only a name and a connection, made without a call, so
/// that a missing one is noticed by the first call on it: NOT_FOUND, reason COLLECTION_NOT_FOUND.
///
/// Every call that returns a future does nothing until it is awaited, and is cancelled when the
/// future is dropped.
#[derive(Clone)]
pub struct Collection {
    pub(crate) transport: Transport,
    pub(crate) name: String,
}

impl Collection {
    pub(crate) fn new(transport: Transport, name: String) -> Self {
        Self { transport, name }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same collection with this deadline for each of its calls, streams too.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        let transport = self.transport.with_timeout(Timeout::After(timeout));
        Self::new(transport, self.name.clone())
    }

    /// The same collection without deadlines.
    #[must_use]
    pub fn without_timeout(&self) -> Self {
        let transport = self.transport.with_timeout(Timeout::Never);
        Self::new(transport, self.name.clone())
    }

    /// Its snapshots.
    #[must_use]
    pub fn snapshots(&self) -> Snapshots {
        Snapshots::new(self.transport.clone(), self.name.clone())
    }

    /// Its configuration, state and size.
    pub async fn describe(&self) -> Result<CollectionInfo, Error> {
        let collection = self.name.clone();
        let request = v1::GetCollectionRequest { collection };
        let answer: v1::GetCollectionResponse = self
            .transport
            .unary(method::GET_COLLECTION, &request)
            .await?;
        described(answer.collection)
    }
}
