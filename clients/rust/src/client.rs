//! The connection to a server and what concerns it as a whole.

use std::time::Duration;

use crate::{
    AuthorizedChannel, ClientBuilder, Collection, CollectionConfig, CollectionInfo, Error,
    ServerInfo, grpc_health,
    transport::{ANSWER_BYTES_MAX, Timeout, Transport, method},
    v1,
};

/// A client of a server. Cheap to clone: clones share one connection, which is made again by itself
/// when it breaks. A call that is dropped is cancelled.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
}

impl Client {
    /// Connects to `host:port` in plain text, without an API key. UNAVAILABLE when there is no
    /// server. For everything else there is [`Client::builder`].
    pub async fn connect(address: impl AsRef<str>) -> Result<Self, Error> {
        Self::builder().connect(address).await
    }

    /// Settings of a connection: TLS, an API key, deadlines.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn over(transport: Transport) -> Self {
        Self { transport }
    }

    /// The same client with this deadline for each of its calls, streams too.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self::over(self.transport.with_timeout(Timeout::After(timeout)))
    }

    /// The same client without deadlines.
    #[must_use]
    pub fn without_timeout(&self) -> Self {
        Self::over(self.transport.with_timeout(Timeout::Never))
    }

    /// Version and limits of the server.
    pub async fn server_info(&self) -> Result<ServerInfo, Error> {
        let request = v1::GetServerInfoRequest {};
        self.transport
            .unary(method::GET_SERVER_INFO, &request)
            .await
    }

    /// Whether the server serves: as a whole, of the service "", or one service of it, such as
    /// `protovec.v1.SearchService`. NOT_FOUND when it has no such service.
    pub async fn is_serving(&self, service: &str) -> Result<bool, Error> {
        use grpc_health::{HealthCheckRequest, HealthCheckResponse};
        let service = service.to_owned();
        let request = HealthCheckRequest { service };
        let answer: HealthCheckResponse =
            self.transport.unary(method::CHECK_HEALTH, &request).await?;
        Ok(answer.status() == grpc_health::health_check_response::ServingStatus::Serving)
    }

    /// Creates an empty collection. ALREADY_EXISTS when the name is taken.
    pub async fn create_collection(
        &self,
        name: impl Into<String>,
        config: CollectionConfig,
    ) -> Result<CollectionInfo, Error> {
        let request = v1::CreateCollectionRequest {
            collection: name.into(),
            config: Some(config.into()),
        };
        let answer: v1::CreateCollectionResponse = self
            .transport
            .unary(method::CREATE_COLLECTION, &request)
            .await?;
        described(answer.collection)
    }

    /// Describes a collection. NOT_FOUND, reason COLLECTION_NOT_FOUND, when there is none.
    pub async fn get_collection(&self, name: impl Into<String>) -> Result<CollectionInfo, Error> {
        self.collection(name).describe().await
    }

    /// Describes all collections, in the byte order of their names.
    pub async fn list_collections(&self) -> Result<Vec<CollectionInfo>, Error> {
        let request = v1::ListCollectionsRequest {};
        let answer: v1::ListCollectionsResponse = self
            .transport
            .unary(method::LIST_COLLECTIONS, &request)
            .await?;
        Ok(answer.collections)
    }

    /// Deletes a collection, its records and its snapshots. NOT_FOUND, reason COLLECTION_NOT_FOUND,
    /// when there is none.
    pub async fn delete_collection(&self, name: impl Into<String>) -> Result<(), Error> {
        let collection = name.into();
        let request = v1::DeleteCollectionRequest { collection };
        let method = method::DELETE_COLLECTION;
        let _: v1::DeleteCollectionResponse =
            self.transport.unary_at_length(method, &request).await?;
        Ok(())
    }

    /// A collection to work with. Makes no call.
    pub fn collection(&self, name: impl Into<String>) -> Collection {
        Collection::new(self.transport.clone(), name.into())
    }

    /// The connection, for the generated clients in [`v1`]: it adds the API key, and nothing else
    /// of what this client does.
    ///
    /// ```no_run
    /// # async fn show(client: protovec::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use protovec::v1::{GetIndexRequest, index_service_client::IndexServiceClient};
    ///
    /// let mut index = IndexServiceClient::new(client.channel());
    /// let collection = "docs".to_owned();
    /// let answer = index.get_index(GetIndexRequest { collection }).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn channel(&self) -> AuthorizedChannel {
        self.transport.channel.clone()
    }

    /// Largest answer in bytes that this client takes; generated clients take 4 MiB unless they are
    /// told otherwise.
    pub const ANSWER_BYTES_MAX: usize = ANSWER_BYTES_MAX;
}

pub(crate) fn described(collection: Option<CollectionInfo>) -> Result<CollectionInfo, Error> {
    collection.ok_or_else(|| Error::internal("the server sent no description of the collection"))
}
