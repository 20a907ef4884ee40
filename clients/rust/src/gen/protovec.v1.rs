// @generated from the schema by generate.sh. Do not edit.
#[derive(Clone, Copy, PartialEq, ::prost::Message)]
pub struct CentroidSimilarity {
    #[prost(double, tag = "1")]
    pub mean: f64,
    #[prost(double, tag = "2")]
    pub min: f64,
    #[prost(double, tag = "3")]
    pub max: f64,
}
#[derive(Clone, Copy, PartialEq, ::prost::Message)]
pub struct ContentLengths {
    #[prost(double, tag = "1")]
    pub mean: f64,
    #[prost(uint64, tag = "2")]
    pub min: u64,
    #[prost(uint64, tag = "3")]
    pub max: u64,
    #[prost(uint64, tag = "4")]
    pub total: u64,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct FacetRequest {
    #[prost(string, tag = "1")]
    pub key: ::prost::alloc::string::String,
    #[prost(uint32, tag = "2")]
    pub limit: u32,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Facet {
    #[prost(string, tag = "1")]
    pub key: ::prost::alloc::string::String,
    #[prost(message, repeated, tag = "2")]
    pub values: ::prost::alloc::vec::Vec<FacetValue>,
    #[prost(uint64, tag = "3")]
    pub record_count: u64,
    #[prost(uint64, tag = "4")]
    pub distinct_count: u64,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct FacetValue {
    #[prost(message, optional, tag = "1")]
    pub value: ::core::option::Option<MetadataValue>,
    #[prost(uint64, tag = "2")]
    pub count: u64,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct CollectionConfig {
    #[prost(uint32, tag = "1")]
    pub dimension: u32,
    #[prost(enumeration = "Metric", tag = "2")]
    pub metric: i32,
    #[prost(message, optional, tag = "3")]
    pub index: ::core::option::Option<IndexConfig>,
    #[prost(string, tag = "4")]
    pub embedding_model: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "5")]
    pub persistence: ::core::option::Option<PersistenceConfig>,
    #[prost(message, optional, tag = "6")]
    pub embedder: ::core::option::Option<EmbedderConfig>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Collection {
    #[prost(string, tag = "1")]
    pub name: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub collection_id: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "3")]
    pub config: ::core::option::Option<CollectionConfig>,
    #[prost(enumeration = "CollectionState", tag = "4")]
    pub state: i32,
    #[prost(string, tag = "5")]
    pub state_message: ::prost::alloc::string::String,
    #[prost(uint64, tag = "6")]
    pub record_count: u64,
    #[prost(uint64, tag = "7")]
    pub sequence: u64,
    #[prost(message, optional, tag = "8")]
    pub create_time: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(message, optional, tag = "9")]
    pub persistence_status: ::core::option::Option<PersistenceStatus>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum Metric {
    Unspecified = 0,
    Cosine = 1,
    Dot = 2,
    Euclidean = 3,
}
impl Metric {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "METRIC_UNSPECIFIED",
            Self::Cosine => "METRIC_COSINE",
            Self::Dot => "METRIC_DOT",
            Self::Euclidean => "METRIC_EUCLIDEAN",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "METRIC_UNSPECIFIED" => Some(Self::Unspecified),
            "METRIC_COSINE" => Some(Self::Cosine),
            "METRIC_DOT" => Some(Self::Dot),
            "METRIC_EUCLIDEAN" => Some(Self::Euclidean),
            _ => None,
        }
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum CollectionState {
    Unspecified = 0,
    Serving = 1,
    Quarantined = 2,
}
impl CollectionState {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "COLLECTION_STATE_UNSPECIFIED",
            Self::Serving => "COLLECTION_STATE_SERVING",
            Self::Quarantined => "COLLECTION_STATE_QUARANTINED",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "COLLECTION_STATE_UNSPECIFIED" => Some(Self::Unspecified),
            "COLLECTION_STATE_SERVING" => Some(Self::Serving),
            "COLLECTION_STATE_QUARANTINED" => Some(Self::Quarantined),
            _ => None,
        }
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct CreateCollectionRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "2")]
    pub config: ::core::option::Option<CollectionConfig>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct CreateCollectionResponse {
    #[prost(message, optional, tag = "1")]
    pub collection: ::core::option::Option<Collection>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetCollectionRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetCollectionResponse {
    #[prost(message, optional, tag = "1")]
    pub collection: ::core::option::Option<Collection>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ListCollectionsRequest {}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ListCollectionsResponse {
    #[prost(message, repeated, tag = "1")]
    pub collections: ::prost::alloc::vec::Vec<Collection>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct UpdateCollectionRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "2")]
    pub config: ::core::option::Option<CollectionConfig>,
    #[prost(message, optional, tag = "3")]
    pub update_mask: ::core::option::Option<::prost_types::FieldMask>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct UpdateCollectionResponse {
    #[prost(message, optional, tag = "1")]
    pub collection: ::core::option::Option<Collection>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DeleteCollectionRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DeleteCollectionResponse {}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct AggregateRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "2")]
    pub filter: ::core::option::Option<Filter>,
    #[prost(bool, tag = "3")]
    pub centroid: bool,
    #[prost(bool, tag = "4")]
    pub centroid_similarity: bool,
    #[prost(bool, tag = "5")]
    pub content_lengths: bool,
    #[prost(message, repeated, tag = "6")]
    pub facets: ::prost::alloc::vec::Vec<FacetRequest>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct AggregateRecordsResponse {
    #[prost(uint64, tag = "1")]
    pub count: u64,
    #[prost(float, repeated, tag = "2")]
    pub centroid: ::prost::alloc::vec::Vec<f32>,
    #[prost(message, optional, tag = "3")]
    pub centroid_similarity: ::core::option::Option<CentroidSimilarity>,
    #[prost(message, optional, tag = "4")]
    pub content_lengths: ::core::option::Option<ContentLengths>,
    #[prost(message, repeated, tag = "5")]
    pub facets: ::prost::alloc::vec::Vec<Facet>,
}
/// Generated client implementations.
#[cfg(feature = "client")]
pub mod collection_service_client {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    use tonic::codegen::http::Uri;
    #[derive(Debug, Clone)]
    pub struct CollectionServiceClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl<T> CollectionServiceClient<T>
    where
        T: tonic::client::GrpcService<tonic::body::Body>,
        T::Error: Into<StdError>,
        T::ResponseBody: Body<Data = Bytes> + std::marker::Send + 'static,
        <T::ResponseBody as Body>::Error: Into<StdError> + std::marker::Send,
    {
        pub fn new(inner: T) -> Self {
            let inner = tonic::client::Grpc::new(inner);
            Self { inner }
        }
        pub fn with_origin(inner: T, origin: Uri) -> Self {
            let inner = tonic::client::Grpc::with_origin(inner, origin);
            Self { inner }
        }
        pub fn with_interceptor<F>(
            inner: T,
            interceptor: F,
        ) -> CollectionServiceClient<InterceptedService<T, F>>
        where
            F: tonic::service::Interceptor,
            T::ResponseBody: Default,
            T: tonic::codegen::Service<
                http::Request<tonic::body::Body>,
                Response = http::Response<
                    <T as tonic::client::GrpcService<tonic::body::Body>>::ResponseBody,
                >,
            >,
            <T as tonic::codegen::Service<
                http::Request<tonic::body::Body>,
            >>::Error: Into<StdError> + std::marker::Send + std::marker::Sync,
        {
            CollectionServiceClient::new(InterceptedService::new(inner, interceptor))
        }
        /// Compress requests with the given encoding.
        ///
        /// This requires the server to support it otherwise it might respond with an
        /// error.
        #[must_use]
        pub fn send_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.send_compressed(encoding);
            self
        }
        /// Enable decompressing responses.
        #[must_use]
        pub fn accept_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.accept_compressed(encoding);
            self
        }
        /// Limits the maximum size of a decoded message.
        ///
        /// Default: `4MB`
        #[must_use]
        pub fn max_decoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_decoding_message_size(limit);
            self
        }
        /// Limits the maximum size of an encoded message.
        ///
        /// Default: `usize::MAX`
        #[must_use]
        pub fn max_encoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_encoding_message_size(limit);
            self
        }
        pub async fn create_collection(
            &mut self,
            request: impl tonic::IntoRequest<super::CreateCollectionRequest>,
        ) -> std::result::Result<
            tonic::Response<super::CreateCollectionResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.CollectionService/CreateCollection",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.CollectionService", "CreateCollection"),
                );
            self.inner.unary(req, path, codec).await
        }
        pub async fn get_collection(
            &mut self,
            request: impl tonic::IntoRequest<super::GetCollectionRequest>,
        ) -> std::result::Result<
            tonic::Response<super::GetCollectionResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.CollectionService/GetCollection",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.CollectionService", "GetCollection"),
                );
            self.inner.unary(req, path, codec).await
        }
        pub async fn list_collections(
            &mut self,
            request: impl tonic::IntoRequest<super::ListCollectionsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ListCollectionsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.CollectionService/ListCollections",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.CollectionService", "ListCollections"),
                );
            self.inner.unary(req, path, codec).await
        }
        pub async fn update_collection(
            &mut self,
            request: impl tonic::IntoRequest<super::UpdateCollectionRequest>,
        ) -> std::result::Result<
            tonic::Response<super::UpdateCollectionResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.CollectionService/UpdateCollection",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.CollectionService", "UpdateCollection"),
                );
            self.inner.unary(req, path, codec).await
        }
        pub async fn delete_collection(
            &mut self,
            request: impl tonic::IntoRequest<super::DeleteCollectionRequest>,
        ) -> std::result::Result<
            tonic::Response<super::DeleteCollectionResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.CollectionService/DeleteCollection",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.CollectionService", "DeleteCollection"),
                );
            self.inner.unary(req, path, codec).await
        }
        pub async fn aggregate_records(
            &mut self,
            request: impl tonic::IntoRequest<super::AggregateRecordsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::AggregateRecordsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.CollectionService/AggregateRecords",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.CollectionService", "AggregateRecords"),
                );
            self.inner.unary(req, path, codec).await
        }
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct EmbedderConfig {
    #[prost(oneof = "embedder_config::Provider", tags = "1, 2")]
    pub provider: ::core::option::Option<embedder_config::Provider>,
}
/// Nested message and enum types in `EmbedderConfig`.
pub mod embedder_config {
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
    pub enum Provider {
        #[prost(message, tag = "1")]
        Builtin(super::BuiltinEmbedder),
        #[prost(message, tag = "2")]
        OpenaiCompatible(super::OpenAiCompatibleEmbedder),
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct BuiltinEmbedder {}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct OpenAiCompatibleEmbedder {
    #[prost(string, tag = "1")]
    pub model: ::prost::alloc::string::String,
    #[prost(bool, tag = "2")]
    pub send_dimension: bool,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Filter {
    #[prost(oneof = "filter::Condition", tags = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11")]
    pub condition: ::core::option::Option<filter::Condition>,
}
/// Nested message and enum types in `Filter`.
pub mod filter {
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum Condition {
        #[prost(message, tag = "1")]
        AllOf(super::FilterGroup),
        #[prost(message, tag = "2")]
        AnyOf(super::FilterGroup),
        #[prost(message, tag = "3")]
        NoneOf(super::FilterGroup),
        #[prost(message, tag = "4")]
        Metadata(super::MetadataCondition),
        #[prost(string, tag = "5")]
        TitleContains(::prost::alloc::string::String),
        #[prost(message, tag = "6")]
        ExtensionIn(super::StringList),
        #[prost(message, tag = "7")]
        ExtensionNotIn(super::StringList),
        #[prost(message, tag = "8")]
        ContentLength(super::NumberRange),
        #[prost(message, tag = "9")]
        Ids(super::StringList),
        #[prost(message, tag = "10")]
        CreateTime(super::TimeRange),
        #[prost(message, tag = "11")]
        UpdateTime(super::TimeRange),
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct FilterGroup {
    #[prost(message, repeated, tag = "1")]
    pub filters: ::prost::alloc::vec::Vec<Filter>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MetadataCondition {
    #[prost(string, tag = "1")]
    pub key: ::prost::alloc::string::String,
    #[prost(oneof = "metadata_condition::Test", tags = "2, 3, 4, 5, 6, 7, 8, 9")]
    pub test: ::core::option::Option<metadata_condition::Test>,
}
/// Nested message and enum types in `MetadataCondition`.
pub mod metadata_condition {
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum Test {
        #[prost(message, tag = "2")]
        Equals(super::MetadataValue),
        #[prost(message, tag = "3")]
        NotEquals(super::MetadataValue),
        #[prost(string, tag = "4")]
        Contains(::prost::alloc::string::String),
        #[prost(string, tag = "5")]
        StartsWith(::prost::alloc::string::String),
        #[prost(string, tag = "6")]
        EndsWith(::prost::alloc::string::String),
        #[prost(message, tag = "7")]
        OneOf(super::MetadataValueList),
        #[prost(message, tag = "8")]
        Range(super::NumberRange),
        #[prost(bool, tag = "9")]
        Exists(bool),
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MetadataValueList {
    #[prost(message, repeated, tag = "1")]
    pub values: ::prost::alloc::vec::Vec<MetadataValue>,
}
#[derive(Clone, Copy, PartialEq, ::prost::Message)]
pub struct NumberRange {
    #[prost(double, optional, tag = "1")]
    pub gt: ::core::option::Option<f64>,
    #[prost(double, optional, tag = "2")]
    pub gte: ::core::option::Option<f64>,
    #[prost(double, optional, tag = "3")]
    pub lt: ::core::option::Option<f64>,
    #[prost(double, optional, tag = "4")]
    pub lte: ::core::option::Option<f64>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct TimeRange {
    #[prost(message, optional, tag = "1")]
    pub start: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(message, optional, tag = "2")]
    pub end: ::core::option::Option<::prost_types::Timestamp>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct IndexConfig {
    #[prost(enumeration = "IndexKind", tag = "1")]
    pub kind: i32,
    #[prost(uint32, tag = "2")]
    pub connectivity: u32,
    #[prost(uint32, tag = "3")]
    pub expansion_add: u32,
    #[prost(uint32, tag = "4")]
    pub ef_search: u32,
    #[prost(enumeration = "Quantization", tag = "5")]
    pub quantization: i32,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct IndexStats {
    #[prost(message, optional, tag = "1")]
    pub config: ::core::option::Option<IndexConfig>,
    #[prost(uint64, tag = "2")]
    pub indexed_records: u64,
    #[prost(uint64, tag = "3")]
    pub pending_records: u64,
    #[prost(uint64, tag = "4")]
    pub tombstones: u64,
    #[prost(uint64, tag = "5")]
    pub graph_bytes: u64,
    #[prost(uint64, tag = "6")]
    pub vector_bytes: u64,
    #[prost(uint64, tag = "7")]
    pub filter_bytes: u64,
    #[prost(uint64, tag = "8")]
    pub filter_pending_records: u64,
    #[prost(message, optional, tag = "9")]
    pub build: ::core::option::Option<IndexBuild>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct IndexBuild {
    #[prost(message, optional, tag = "1")]
    pub config: ::core::option::Option<IndexConfig>,
    #[prost(uint64, tag = "2")]
    pub indexed_records: u64,
    #[prost(uint64, tag = "3")]
    pub total_records: u64,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum IndexKind {
    Unspecified = 0,
    Hnsw = 1,
    Flat = 2,
}
impl IndexKind {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "INDEX_KIND_UNSPECIFIED",
            Self::Hnsw => "INDEX_KIND_HNSW",
            Self::Flat => "INDEX_KIND_FLAT",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "INDEX_KIND_UNSPECIFIED" => Some(Self::Unspecified),
            "INDEX_KIND_HNSW" => Some(Self::Hnsw),
            "INDEX_KIND_FLAT" => Some(Self::Flat),
            _ => None,
        }
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum Quantization {
    Unspecified = 0,
    F32 = 1,
    F16 = 2,
    Bf16 = 3,
    I8 = 4,
}
impl Quantization {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "QUANTIZATION_UNSPECIFIED",
            Self::F32 => "QUANTIZATION_F32",
            Self::F16 => "QUANTIZATION_F16",
            Self::Bf16 => "QUANTIZATION_BF16",
            Self::I8 => "QUANTIZATION_I8",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "QUANTIZATION_UNSPECIFIED" => Some(Self::Unspecified),
            "QUANTIZATION_F32" => Some(Self::F32),
            "QUANTIZATION_F16" => Some(Self::F16),
            "QUANTIZATION_BF16" => Some(Self::Bf16),
            "QUANTIZATION_I8" => Some(Self::I8),
            _ => None,
        }
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetIndexRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetIndexResponse {
    #[prost(message, optional, tag = "1")]
    pub index: ::core::option::Option<IndexStats>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct BuildIndexRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "2")]
    pub config: ::core::option::Option<IndexConfig>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct BuildIndexResponse {
    #[prost(uint64, tag = "1")]
    pub indexed_records: u64,
    #[prost(uint64, tag = "2")]
    pub total_records: u64,
    #[prost(message, optional, tag = "3")]
    pub index: ::core::option::Option<IndexStats>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DropIndexRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DropIndexResponse {
    #[prost(message, optional, tag = "1")]
    pub index: ::core::option::Option<IndexStats>,
}
/// Generated client implementations.
#[cfg(feature = "client")]
pub mod index_service_client {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    use tonic::codegen::http::Uri;
    #[derive(Debug, Clone)]
    pub struct IndexServiceClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl<T> IndexServiceClient<T>
    where
        T: tonic::client::GrpcService<tonic::body::Body>,
        T::Error: Into<StdError>,
        T::ResponseBody: Body<Data = Bytes> + std::marker::Send + 'static,
        <T::ResponseBody as Body>::Error: Into<StdError> + std::marker::Send,
    {
        pub fn new(inner: T) -> Self {
            let inner = tonic::client::Grpc::new(inner);
            Self { inner }
        }
        pub fn with_origin(inner: T, origin: Uri) -> Self {
            let inner = tonic::client::Grpc::with_origin(inner, origin);
            Self { inner }
        }
        pub fn with_interceptor<F>(
            inner: T,
            interceptor: F,
        ) -> IndexServiceClient<InterceptedService<T, F>>
        where
            F: tonic::service::Interceptor,
            T::ResponseBody: Default,
            T: tonic::codegen::Service<
                http::Request<tonic::body::Body>,
                Response = http::Response<
                    <T as tonic::client::GrpcService<tonic::body::Body>>::ResponseBody,
                >,
            >,
            <T as tonic::codegen::Service<
                http::Request<tonic::body::Body>,
            >>::Error: Into<StdError> + std::marker::Send + std::marker::Sync,
        {
            IndexServiceClient::new(InterceptedService::new(inner, interceptor))
        }
        /// Compress requests with the given encoding.
        ///
        /// This requires the server to support it otherwise it might respond with an
        /// error.
        #[must_use]
        pub fn send_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.send_compressed(encoding);
            self
        }
        /// Enable decompressing responses.
        #[must_use]
        pub fn accept_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.accept_compressed(encoding);
            self
        }
        /// Limits the maximum size of a decoded message.
        ///
        /// Default: `4MB`
        #[must_use]
        pub fn max_decoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_decoding_message_size(limit);
            self
        }
        /// Limits the maximum size of an encoded message.
        ///
        /// Default: `usize::MAX`
        #[must_use]
        pub fn max_encoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_encoding_message_size(limit);
            self
        }
        pub async fn build_index(
            &mut self,
            request: impl tonic::IntoRequest<super::BuildIndexRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::BuildIndexResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.IndexService/BuildIndex",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.IndexService", "BuildIndex"));
            self.inner.server_streaming(req, path, codec).await
        }
        pub async fn drop_index(
            &mut self,
            request: impl tonic::IntoRequest<super::DropIndexRequest>,
        ) -> std::result::Result<
            tonic::Response<super::DropIndexResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.IndexService/DropIndex",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.IndexService", "DropIndex"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn get_index(
            &mut self,
            request: impl tonic::IntoRequest<super::GetIndexRequest>,
        ) -> std::result::Result<
            tonic::Response<super::GetIndexResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.IndexService/GetIndex",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.IndexService", "GetIndex"));
            self.inner.unary(req, path, codec).await
        }
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MergeResult {
    #[prost(uint64, tag = "1")]
    pub created_count: u64,
    #[prost(uint64, tag = "2")]
    pub replaced_count: u64,
    #[prost(uint64, tag = "3")]
    pub skipped_count: u64,
    #[prost(message, repeated, tag = "4")]
    pub conflicts: ::prost::alloc::vec::Vec<MergeConflict>,
    #[prost(uint64, tag = "5")]
    pub sequence: u64,
    #[prost(bool, tag = "6")]
    pub durable: bool,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct MergeConflict {
    #[prost(string, tag = "1")]
    pub id: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "2")]
    pub existing_update_time: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(message, optional, tag = "3")]
    pub merged_update_time: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(bool, tag = "4")]
    pub replaced: bool,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum MergePolicy {
    Unspecified = 0,
    SkipExisting = 1,
    Overwrite = 2,
    NewestWins = 3,
    Fail = 4,
}
impl MergePolicy {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "MERGE_POLICY_UNSPECIFIED",
            Self::SkipExisting => "MERGE_POLICY_SKIP_EXISTING",
            Self::Overwrite => "MERGE_POLICY_OVERWRITE",
            Self::NewestWins => "MERGE_POLICY_NEWEST_WINS",
            Self::Fail => "MERGE_POLICY_FAIL",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "MERGE_POLICY_UNSPECIFIED" => Some(Self::Unspecified),
            "MERGE_POLICY_SKIP_EXISTING" => Some(Self::SkipExisting),
            "MERGE_POLICY_OVERWRITE" => Some(Self::Overwrite),
            "MERGE_POLICY_NEWEST_WINS" => Some(Self::NewestWins),
            "MERGE_POLICY_FAIL" => Some(Self::Fail),
            _ => None,
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct PersistenceConfig {
    #[prost(uint64, tag = "1")]
    pub auto_save_threshold: u64,
    #[prost(bool, tag = "2")]
    pub compression_enabled: bool,
    #[prost(enumeration = "SnapshotFormat", tag = "3")]
    pub format: i32,
    #[prost(enumeration = "Durability", tag = "4")]
    pub durability: i32,
    #[prost(message, optional, tag = "5")]
    pub durability_interval: ::core::option::Option<::prost_types::Duration>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct PersistenceStatus {
    #[prost(uint64, tag = "1")]
    pub operations_since_save: u64,
    #[prost(message, optional, tag = "2")]
    pub last_save_time: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(uint64, tag = "3")]
    pub last_save_sequence: u64,
    #[prost(string, tag = "4")]
    pub last_save_error: ::prost::alloc::string::String,
    #[prost(uint64, tag = "5")]
    pub base_size_bytes: u64,
    #[prost(uint64, tag = "6")]
    pub log_size_bytes: u64,
    #[prost(bool, tag = "7")]
    pub saving: bool,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum Durability {
    Unspecified = 0,
    Always = 1,
    Interval = 2,
    Os = 3,
}
impl Durability {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "DURABILITY_UNSPECIFIED",
            Self::Always => "DURABILITY_ALWAYS",
            Self::Interval => "DURABILITY_INTERVAL",
            Self::Os => "DURABILITY_OS",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "DURABILITY_UNSPECIFIED" => Some(Self::Unspecified),
            "DURABILITY_ALWAYS" => Some(Self::Always),
            "DURABILITY_INTERVAL" => Some(Self::Interval),
            "DURABILITY_OS" => Some(Self::Os),
            _ => None,
        }
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum SnapshotFormat {
    Unspecified = 0,
    Binary = 1,
    Json = 2,
}
impl SnapshotFormat {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "SNAPSHOT_FORMAT_UNSPECIFIED",
            Self::Binary => "SNAPSHOT_FORMAT_BINARY",
            Self::Json => "SNAPSHOT_FORMAT_JSON",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "SNAPSHOT_FORMAT_UNSPECIFIED" => Some(Self::Unspecified),
            "SNAPSHOT_FORMAT_BINARY" => Some(Self::Binary),
            "SNAPSHOT_FORMAT_JSON" => Some(Self::Json),
            _ => None,
        }
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct VectorRecord {
    #[prost(string, tag = "1")]
    pub id: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub content: ::prost::alloc::string::String,
    #[prost(string, tag = "3")]
    pub title: ::prost::alloc::string::String,
    #[prost(string, optional, tag = "4")]
    pub file_path: ::core::option::Option<::prost::alloc::string::String>,
    #[prost(string, optional, tag = "5")]
    pub extension: ::core::option::Option<::prost::alloc::string::String>,
    #[prost(float, repeated, tag = "6")]
    pub embedding: ::prost::alloc::vec::Vec<f32>,
    #[prost(btree_map = "string, message", tag = "7")]
    pub metadata: ::prost::alloc::collections::BTreeMap<
        ::prost::alloc::string::String,
        MetadataValue,
    >,
    #[prost(message, optional, tag = "8")]
    pub create_time: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(message, optional, tag = "9")]
    pub update_time: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(uint64, tag = "10")]
    pub revision: u64,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MetadataValue {
    #[prost(oneof = "metadata_value::Kind", tags = "1, 2, 3, 4, 5")]
    pub kind: ::core::option::Option<metadata_value::Kind>,
}
/// Nested message and enum types in `MetadataValue`.
pub mod metadata_value {
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum Kind {
        #[prost(string, tag = "1")]
        StringValue(::prost::alloc::string::String),
        #[prost(int64, tag = "2")]
        IntValue(i64),
        #[prost(double, tag = "3")]
        DoubleValue(f64),
        #[prost(bool, tag = "4")]
        BoolValue(bool),
        #[prost(message, tag = "5")]
        ListValue(super::StringList),
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct StringList {
    #[prost(string, repeated, tag = "1")]
    pub values: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct RecordResult {
    #[prost(string, tag = "1")]
    pub id: ::prost::alloc::string::String,
    #[prost(enumeration = "WriteOutcome", tag = "2")]
    pub outcome: i32,
    #[prost(message, optional, tag = "3")]
    pub error: ::core::option::Option<RecordError>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct RecordError {
    #[prost(uint64, tag = "1")]
    pub index: u64,
    #[prost(string, tag = "2")]
    pub id: ::prost::alloc::string::String,
    #[prost(uint32, tag = "3")]
    pub code: u32,
    #[prost(string, tag = "4")]
    pub reason: ::prost::alloc::string::String,
    #[prost(string, tag = "5")]
    pub message: ::prost::alloc::string::String,
    #[prost(string, tag = "6")]
    pub field: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum WriteOutcome {
    Unspecified = 0,
    Created = 1,
    Updated = 2,
    Failed = 3,
}
impl WriteOutcome {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "WRITE_OUTCOME_UNSPECIFIED",
            Self::Created => "WRITE_OUTCOME_CREATED",
            Self::Updated => "WRITE_OUTCOME_UPDATED",
            Self::Failed => "WRITE_OUTCOME_FAILED",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "WRITE_OUTCOME_UNSPECIFIED" => Some(Self::Unspecified),
            "WRITE_OUTCOME_CREATED" => Some(Self::Created),
            "WRITE_OUTCOME_UPDATED" => Some(Self::Updated),
            "WRITE_OUTCOME_FAILED" => Some(Self::Failed),
            _ => None,
        }
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum WriteMode {
    Unspecified = 0,
    Upsert = 1,
    Insert = 2,
    Update = 3,
}
impl WriteMode {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "WRITE_MODE_UNSPECIFIED",
            Self::Upsert => "WRITE_MODE_UPSERT",
            Self::Insert => "WRITE_MODE_INSERT",
            Self::Update => "WRITE_MODE_UPDATE",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "WRITE_MODE_UNSPECIFIED" => Some(Self::Unspecified),
            "WRITE_MODE_UPSERT" => Some(Self::Upsert),
            "WRITE_MODE_INSERT" => Some(Self::Insert),
            "WRITE_MODE_UPDATE" => Some(Self::Update),
            _ => None,
        }
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct UpsertRecordRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "2")]
    pub record: ::core::option::Option<VectorRecord>,
    #[prost(enumeration = "WriteMode", tag = "3")]
    pub write_mode: i32,
    #[prost(uint64, optional, tag = "4")]
    pub expected_revision: ::core::option::Option<u64>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct UpsertRecordResponse {
    #[prost(string, tag = "1")]
    pub id: ::prost::alloc::string::String,
    #[prost(enumeration = "WriteOutcome", tag = "2")]
    pub outcome: i32,
    #[prost(uint64, tag = "3")]
    pub sequence: u64,
    #[prost(bool, tag = "4")]
    pub durable: bool,
    #[prost(message, optional, tag = "5")]
    pub update_time: ::core::option::Option<::prost_types::Timestamp>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct BatchUpsertRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, repeated, tag = "2")]
    pub records: ::prost::alloc::vec::Vec<VectorRecord>,
    #[prost(enumeration = "WriteMode", tag = "3")]
    pub write_mode: i32,
    #[prost(bool, tag = "4")]
    pub all_or_nothing: bool,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct BatchUpsertRecordsResponse {
    #[prost(message, repeated, tag = "1")]
    pub results: ::prost::alloc::vec::Vec<RecordResult>,
    #[prost(uint64, tag = "2")]
    pub sequence: u64,
    #[prost(bool, tag = "3")]
    pub durable: bool,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetRecordRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub id: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "3")]
    pub record_mask: ::core::option::Option<::prost_types::FieldMask>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct GetRecordResponse {
    #[prost(message, optional, tag = "1")]
    pub record: ::core::option::Option<VectorRecord>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct BatchGetRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, repeated, tag = "2")]
    pub ids: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
    #[prost(message, optional, tag = "3")]
    pub record_mask: ::core::option::Option<::prost_types::FieldMask>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct BatchGetRecordsResponse {
    #[prost(message, repeated, tag = "1")]
    pub records: ::prost::alloc::vec::Vec<VectorRecord>,
    #[prost(string, repeated, tag = "2")]
    pub missing_ids: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DeleteRecordRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub id: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DeleteRecordResponse {
    #[prost(uint64, tag = "1")]
    pub sequence: u64,
    #[prost(bool, tag = "2")]
    pub durable: bool,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct BatchDeleteRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, repeated, tag = "2")]
    pub ids: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
    #[prost(message, optional, tag = "3")]
    pub filter: ::core::option::Option<Filter>,
    #[prost(bool, tag = "4")]
    pub dry_run: bool,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct BatchDeleteRecordsResponse {
    #[prost(uint64, tag = "1")]
    pub deleted_count: u64,
    #[prost(uint64, tag = "2")]
    pub sequence: u64,
    #[prost(bool, tag = "3")]
    pub durable: bool,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct CountRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "2")]
    pub filter: ::core::option::Option<Filter>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct CountRecordsResponse {
    #[prost(uint64, tag = "1")]
    pub count: u64,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ListRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(uint32, tag = "2")]
    pub page_size: u32,
    #[prost(string, tag = "3")]
    pub page_token: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "4")]
    pub filter: ::core::option::Option<Filter>,
    #[prost(message, optional, tag = "5")]
    pub record_mask: ::core::option::Option<::prost_types::FieldMask>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ListRecordsResponse {
    #[prost(message, repeated, tag = "1")]
    pub records: ::prost::alloc::vec::Vec<VectorRecord>,
    #[prost(string, tag = "2")]
    pub next_page_token: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ExportRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "2")]
    pub filter: ::core::option::Option<Filter>,
    #[prost(message, optional, tag = "3")]
    pub record_mask: ::core::option::Option<::prost_types::FieldMask>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ExportRecordsResponse {
    #[prost(message, repeated, tag = "1")]
    pub records: ::prost::alloc::vec::Vec<VectorRecord>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ClearRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ClearRecordsResponse {
    #[prost(uint64, tag = "1")]
    pub deleted_count: u64,
    #[prost(uint64, tag = "2")]
    pub sequence: u64,
    #[prost(bool, tag = "3")]
    pub durable: bool,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct BatchInsertRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, repeated, tag = "2")]
    pub records: ::prost::alloc::vec::Vec<VectorRecord>,
    #[prost(enumeration = "WriteMode", tag = "3")]
    pub write_mode: i32,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct BatchInsertResponse {
    #[prost(uint64, tag = "1")]
    pub created_count: u64,
    #[prost(uint64, tag = "2")]
    pub updated_count: u64,
    #[prost(uint64, tag = "3")]
    pub failed_count: u64,
    #[prost(message, repeated, tag = "4")]
    pub errors: ::prost::alloc::vec::Vec<RecordError>,
    #[prost(uint64, tag = "5")]
    pub sequence: u64,
    #[prost(bool, tag = "6")]
    pub durable: bool,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct IngestRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(oneof = "ingest_records_request::Message", tags = "2, 3")]
    pub message: ::core::option::Option<ingest_records_request::Message>,
}
/// Nested message and enum types in `IngestRecordsRequest`.
pub mod ingest_records_request {
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum Message {
        #[prost(message, tag = "2")]
        Open(super::IngestOpen),
        #[prost(message, tag = "3")]
        Batch(super::IngestBatch),
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct IngestOpen {
    #[prost(string, tag = "1")]
    pub idempotency_key: ::prost::alloc::string::String,
    #[prost(uint64, tag = "2")]
    pub acknowledged_number: u64,
    #[prost(enumeration = "WriteMode", tag = "3")]
    pub write_mode: i32,
    #[prost(enumeration = "IngestAckLevel", tag = "4")]
    pub ack_level: i32,
    #[prost(bool, tag = "5")]
    pub stop_on_refusal: bool,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct IngestBatch {
    #[prost(uint64, tag = "1")]
    pub number: u64,
    #[prost(message, repeated, tag = "2")]
    pub records: ::prost::alloc::vec::Vec<VectorRecord>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct IngestRecordsResponse {
    #[prost(oneof = "ingest_records_response::Message", tags = "1, 2, 3, 4, 5")]
    pub message: ::core::option::Option<ingest_records_response::Message>,
}
/// Nested message and enum types in `IngestRecordsResponse`.
pub mod ingest_records_response {
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum Message {
        #[prost(message, tag = "1")]
        Opened(super::IngestOpened),
        #[prost(message, tag = "2")]
        Ack(super::IngestAck),
        #[prost(message, tag = "3")]
        Pause(super::IngestPause),
        #[prost(message, tag = "4")]
        Resume(super::IngestResume),
        #[prost(message, tag = "5")]
        Closing(super::IngestClosing),
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct IngestOpened {
    #[prost(uint64, tag = "1")]
    pub last_number: u64,
    #[prost(uint64, tag = "2")]
    pub created_count: u64,
    #[prost(uint64, tag = "3")]
    pub updated_count: u64,
    #[prost(uint64, tag = "4")]
    pub failed_count: u64,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct IngestAck {
    #[prost(uint64, tag = "1")]
    pub number: u64,
    #[prost(bool, tag = "2")]
    pub repeated: bool,
    #[prost(uint64, tag = "3")]
    pub created_count: u64,
    #[prost(uint64, tag = "4")]
    pub updated_count: u64,
    #[prost(message, repeated, tag = "5")]
    pub errors: ::prost::alloc::vec::Vec<RecordError>,
    #[prost(uint64, tag = "6")]
    pub sequence: u64,
    #[prost(bool, tag = "7")]
    pub durable: bool,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct IngestPause {
    #[prost(string, tag = "1")]
    pub reason: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct IngestResume {}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct IngestClosing {}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum IngestAckLevel {
    Unspecified = 0,
    Durable = 1,
    Written = 2,
}
impl IngestAckLevel {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "INGEST_ACK_LEVEL_UNSPECIFIED",
            Self::Durable => "INGEST_ACK_LEVEL_DURABLE",
            Self::Written => "INGEST_ACK_LEVEL_WRITTEN",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "INGEST_ACK_LEVEL_UNSPECIFIED" => Some(Self::Unspecified),
            "INGEST_ACK_LEVEL_DURABLE" => Some(Self::Durable),
            "INGEST_ACK_LEVEL_WRITTEN" => Some(Self::Written),
            _ => None,
        }
    }
}
/// Generated client implementations.
#[cfg(feature = "client")]
pub mod record_service_client {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    use tonic::codegen::http::Uri;
    #[derive(Debug, Clone)]
    pub struct RecordServiceClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl<T> RecordServiceClient<T>
    where
        T: tonic::client::GrpcService<tonic::body::Body>,
        T::Error: Into<StdError>,
        T::ResponseBody: Body<Data = Bytes> + std::marker::Send + 'static,
        <T::ResponseBody as Body>::Error: Into<StdError> + std::marker::Send,
    {
        pub fn new(inner: T) -> Self {
            let inner = tonic::client::Grpc::new(inner);
            Self { inner }
        }
        pub fn with_origin(inner: T, origin: Uri) -> Self {
            let inner = tonic::client::Grpc::with_origin(inner, origin);
            Self { inner }
        }
        pub fn with_interceptor<F>(
            inner: T,
            interceptor: F,
        ) -> RecordServiceClient<InterceptedService<T, F>>
        where
            F: tonic::service::Interceptor,
            T::ResponseBody: Default,
            T: tonic::codegen::Service<
                http::Request<tonic::body::Body>,
                Response = http::Response<
                    <T as tonic::client::GrpcService<tonic::body::Body>>::ResponseBody,
                >,
            >,
            <T as tonic::codegen::Service<
                http::Request<tonic::body::Body>,
            >>::Error: Into<StdError> + std::marker::Send + std::marker::Sync,
        {
            RecordServiceClient::new(InterceptedService::new(inner, interceptor))
        }
        /// Compress requests with the given encoding.
        ///
        /// This requires the server to support it otherwise it might respond with an
        /// error.
        #[must_use]
        pub fn send_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.send_compressed(encoding);
            self
        }
        /// Enable decompressing responses.
        #[must_use]
        pub fn accept_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.accept_compressed(encoding);
            self
        }
        /// Limits the maximum size of a decoded message.
        ///
        /// Default: `4MB`
        #[must_use]
        pub fn max_decoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_decoding_message_size(limit);
            self
        }
        /// Limits the maximum size of an encoded message.
        ///
        /// Default: `usize::MAX`
        #[must_use]
        pub fn max_encoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_encoding_message_size(limit);
            self
        }
        pub async fn upsert_record(
            &mut self,
            request: impl tonic::IntoRequest<super::UpsertRecordRequest>,
        ) -> std::result::Result<
            tonic::Response<super::UpsertRecordResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/UpsertRecord",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "UpsertRecord"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn batch_upsert_records(
            &mut self,
            request: impl tonic::IntoRequest<super::BatchUpsertRecordsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::BatchUpsertRecordsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/BatchUpsertRecords",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.RecordService", "BatchUpsertRecords"),
                );
            self.inner.unary(req, path, codec).await
        }
        pub async fn get_record(
            &mut self,
            request: impl tonic::IntoRequest<super::GetRecordRequest>,
        ) -> std::result::Result<
            tonic::Response<super::GetRecordResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/GetRecord",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "GetRecord"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn batch_get_records(
            &mut self,
            request: impl tonic::IntoRequest<super::BatchGetRecordsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::BatchGetRecordsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/BatchGetRecords",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "BatchGetRecords"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn delete_record(
            &mut self,
            request: impl tonic::IntoRequest<super::DeleteRecordRequest>,
        ) -> std::result::Result<
            tonic::Response<super::DeleteRecordResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/DeleteRecord",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "DeleteRecord"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn batch_delete_records(
            &mut self,
            request: impl tonic::IntoRequest<super::BatchDeleteRecordsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::BatchDeleteRecordsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/BatchDeleteRecords",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.RecordService", "BatchDeleteRecords"),
                );
            self.inner.unary(req, path, codec).await
        }
        pub async fn count_records(
            &mut self,
            request: impl tonic::IntoRequest<super::CountRecordsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::CountRecordsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/CountRecords",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "CountRecords"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn list_records(
            &mut self,
            request: impl tonic::IntoRequest<super::ListRecordsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ListRecordsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/ListRecords",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "ListRecords"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn export_records(
            &mut self,
            request: impl tonic::IntoRequest<super::ExportRecordsRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::ExportRecordsResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/ExportRecords",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "ExportRecords"));
            self.inner.server_streaming(req, path, codec).await
        }
        pub async fn clear_records(
            &mut self,
            request: impl tonic::IntoRequest<super::ClearRecordsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ClearRecordsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/ClearRecords",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "ClearRecords"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn batch_insert(
            &mut self,
            request: impl tonic::IntoStreamingRequest<
                Message = super::BatchInsertRequest,
            >,
        ) -> std::result::Result<
            tonic::Response<super::BatchInsertResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/BatchInsert",
            );
            let mut req = request.into_streaming_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "BatchInsert"));
            self.inner.client_streaming(req, path, codec).await
        }
        pub async fn ingest_records(
            &mut self,
            request: impl tonic::IntoStreamingRequest<
                Message = super::IngestRecordsRequest,
            >,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::IngestRecordsResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.RecordService/IngestRecords",
            );
            let mut req = request.into_streaming_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.RecordService", "IngestRecords"));
            self.inner.streaming(req, path, codec).await
        }
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct SearchRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(uint32, optional, tag = "5")]
    pub limit: ::core::option::Option<u32>,
    #[prost(float, optional, tag = "6")]
    pub threshold: ::core::option::Option<f32>,
    #[prost(message, optional, tag = "7")]
    pub filter: ::core::option::Option<Filter>,
    #[prost(message, optional, tag = "8")]
    pub hit_mask: ::core::option::Option<::prost_types::FieldMask>,
    #[prost(bool, tag = "9")]
    pub exact: bool,
    #[prost(uint32, optional, tag = "10")]
    pub ef_search: ::core::option::Option<u32>,
    #[prost(string, tag = "11")]
    pub embedding_model: ::prost::alloc::string::String,
    #[prost(oneof = "search_request::Query", tags = "2, 3, 4")]
    pub query: ::core::option::Option<search_request::Query>,
}
/// Nested message and enum types in `SearchRequest`.
pub mod search_request {
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum Query {
        #[prost(message, tag = "2")]
        Vector(super::Vector),
        #[prost(string, tag = "3")]
        RecordId(::prost::alloc::string::String),
        #[prost(string, tag = "4")]
        Content(::prost::alloc::string::String),
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Vector {
    #[prost(float, repeated, tag = "1")]
    pub values: ::prost::alloc::vec::Vec<f32>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct SearchResponse {
    #[prost(message, repeated, tag = "1")]
    pub results: ::prost::alloc::vec::Vec<SimilarityResult>,
    #[prost(enumeration = "SearchMethod", tag = "2")]
    pub method: i32,
    #[prost(uint64, tag = "3")]
    pub candidate_count: u64,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct BatchSearchRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, repeated, tag = "2")]
    pub searches: ::prost::alloc::vec::Vec<SearchRequest>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct BatchSearchResponse {
    #[prost(message, repeated, tag = "1")]
    pub responses: ::prost::alloc::vec::Vec<SearchResponse>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct SearchStreamRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(uint64, tag = "2")]
    pub request_id: u64,
    #[prost(message, optional, tag = "3")]
    pub search: ::core::option::Option<SearchRequest>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct SearchStreamResponse {
    #[prost(uint64, tag = "1")]
    pub request_id: u64,
    #[prost(oneof = "search_stream_response::Outcome", tags = "2, 3")]
    pub outcome: ::core::option::Option<search_stream_response::Outcome>,
}
/// Nested message and enum types in `SearchStreamResponse`.
pub mod search_stream_response {
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum Outcome {
        #[prost(message, tag = "2")]
        Response(super::SearchResponse),
        #[prost(message, tag = "3")]
        Error(super::SearchError),
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct SearchError {
    #[prost(uint32, tag = "1")]
    pub code: u32,
    #[prost(string, tag = "2")]
    pub reason: ::prost::alloc::string::String,
    #[prost(string, tag = "3")]
    pub message: ::prost::alloc::string::String,
    #[prost(string, tag = "4")]
    pub field: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct SimilarityResult {
    #[prost(message, optional, tag = "1")]
    pub record: ::core::option::Option<VectorRecord>,
    #[prost(float, tag = "2")]
    pub similarity_score: f32,
    #[prost(float, tag = "3")]
    pub distance: f32,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum SearchMethod {
    Unspecified = 0,
    Exact = 1,
    Index = 2,
}
impl SearchMethod {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "SEARCH_METHOD_UNSPECIFIED",
            Self::Exact => "SEARCH_METHOD_EXACT",
            Self::Index => "SEARCH_METHOD_INDEX",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "SEARCH_METHOD_UNSPECIFIED" => Some(Self::Unspecified),
            "SEARCH_METHOD_EXACT" => Some(Self::Exact),
            "SEARCH_METHOD_INDEX" => Some(Self::Index),
            _ => None,
        }
    }
}
/// Generated client implementations.
#[cfg(feature = "client")]
pub mod search_service_client {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    use tonic::codegen::http::Uri;
    #[derive(Debug, Clone)]
    pub struct SearchServiceClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl<T> SearchServiceClient<T>
    where
        T: tonic::client::GrpcService<tonic::body::Body>,
        T::Error: Into<StdError>,
        T::ResponseBody: Body<Data = Bytes> + std::marker::Send + 'static,
        <T::ResponseBody as Body>::Error: Into<StdError> + std::marker::Send,
    {
        pub fn new(inner: T) -> Self {
            let inner = tonic::client::Grpc::new(inner);
            Self { inner }
        }
        pub fn with_origin(inner: T, origin: Uri) -> Self {
            let inner = tonic::client::Grpc::with_origin(inner, origin);
            Self { inner }
        }
        pub fn with_interceptor<F>(
            inner: T,
            interceptor: F,
        ) -> SearchServiceClient<InterceptedService<T, F>>
        where
            F: tonic::service::Interceptor,
            T::ResponseBody: Default,
            T: tonic::codegen::Service<
                http::Request<tonic::body::Body>,
                Response = http::Response<
                    <T as tonic::client::GrpcService<tonic::body::Body>>::ResponseBody,
                >,
            >,
            <T as tonic::codegen::Service<
                http::Request<tonic::body::Body>,
            >>::Error: Into<StdError> + std::marker::Send + std::marker::Sync,
        {
            SearchServiceClient::new(InterceptedService::new(inner, interceptor))
        }
        /// Compress requests with the given encoding.
        ///
        /// This requires the server to support it otherwise it might respond with an
        /// error.
        #[must_use]
        pub fn send_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.send_compressed(encoding);
            self
        }
        /// Enable decompressing responses.
        #[must_use]
        pub fn accept_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.accept_compressed(encoding);
            self
        }
        /// Limits the maximum size of a decoded message.
        ///
        /// Default: `4MB`
        #[must_use]
        pub fn max_decoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_decoding_message_size(limit);
            self
        }
        /// Limits the maximum size of an encoded message.
        ///
        /// Default: `usize::MAX`
        #[must_use]
        pub fn max_encoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_encoding_message_size(limit);
            self
        }
        pub async fn search(
            &mut self,
            request: impl tonic::IntoRequest<super::SearchRequest>,
        ) -> std::result::Result<tonic::Response<super::SearchResponse>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SearchService/Search",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.SearchService", "Search"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn batch_search(
            &mut self,
            request: impl tonic::IntoRequest<super::BatchSearchRequest>,
        ) -> std::result::Result<
            tonic::Response<super::BatchSearchResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SearchService/BatchSearch",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.SearchService", "BatchSearch"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn search_stream(
            &mut self,
            request: impl tonic::IntoStreamingRequest<
                Message = super::SearchStreamRequest,
            >,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::SearchStreamResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SearchService/SearchStream",
            );
            let mut req = request.into_streaming_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.SearchService", "SearchStream"));
            self.inner.streaming(req, path, codec).await
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetServerInfoRequest {}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetServerInfoResponse {
    #[prost(string, tag = "1")]
    pub version: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub snapshot_format_version: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "3")]
    pub limits: ::core::option::Option<ServerLimits>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ServerLimits {
    #[prost(uint64, tag = "1")]
    pub max_receive_bytes: u64,
    #[prost(uint64, tag = "2")]
    pub max_response_bytes: u64,
    #[prost(uint64, tag = "3")]
    pub max_record_bytes: u64,
    #[prost(uint32, tag = "4")]
    pub max_dimension: u32,
    #[prost(uint32, tag = "5")]
    pub max_id_bytes: u32,
    #[prost(uint32, tag = "6")]
    pub max_batch_records: u32,
    #[prost(uint32, tag = "7")]
    pub max_search_limit: u32,
    #[prost(uint32, tag = "8")]
    pub max_ef_search: u32,
    #[prost(uint32, tag = "9")]
    pub max_page_size: u32,
    #[prost(uint32, tag = "10")]
    pub max_batch_searches: u32,
    #[prost(uint32, tag = "11")]
    pub max_connections: u32,
    #[prost(uint32, tag = "12")]
    pub max_connection_calls: u32,
    #[prost(uint64, tag = "13")]
    pub max_connection_request_bytes: u64,
    #[prost(uint64, tag = "14")]
    pub max_request_bytes: u64,
    #[prost(uint64, tag = "15")]
    pub default_deadline_ms: u64,
    #[prost(uint64, tag = "16")]
    pub request_arrival_ms: u64,
    #[prost(uint64, tag = "17")]
    pub stream_opening_ms: u64,
    #[prost(uint64, tag = "18")]
    pub connection_idle_ms: u64,
    #[prost(uint64, tag = "19")]
    pub connection_age_ms: u64,
    #[prost(uint64, tag = "20")]
    pub connection_age_grace_ms: u64,
    #[prost(uint64, tag = "21")]
    pub keepalive_time_ms: u64,
    #[prost(uint64, tag = "22")]
    pub keepalive_timeout_ms: u64,
    #[prost(uint32, tag = "23")]
    pub max_worker_calls: u32,
    #[prost(uint32, tag = "24")]
    pub max_request_fields: u32,
}
/// Generated client implementations.
#[cfg(feature = "client")]
pub mod server_service_client {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    use tonic::codegen::http::Uri;
    #[derive(Debug, Clone)]
    pub struct ServerServiceClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl<T> ServerServiceClient<T>
    where
        T: tonic::client::GrpcService<tonic::body::Body>,
        T::Error: Into<StdError>,
        T::ResponseBody: Body<Data = Bytes> + std::marker::Send + 'static,
        <T::ResponseBody as Body>::Error: Into<StdError> + std::marker::Send,
    {
        pub fn new(inner: T) -> Self {
            let inner = tonic::client::Grpc::new(inner);
            Self { inner }
        }
        pub fn with_origin(inner: T, origin: Uri) -> Self {
            let inner = tonic::client::Grpc::with_origin(inner, origin);
            Self { inner }
        }
        pub fn with_interceptor<F>(
            inner: T,
            interceptor: F,
        ) -> ServerServiceClient<InterceptedService<T, F>>
        where
            F: tonic::service::Interceptor,
            T::ResponseBody: Default,
            T: tonic::codegen::Service<
                http::Request<tonic::body::Body>,
                Response = http::Response<
                    <T as tonic::client::GrpcService<tonic::body::Body>>::ResponseBody,
                >,
            >,
            <T as tonic::codegen::Service<
                http::Request<tonic::body::Body>,
            >>::Error: Into<StdError> + std::marker::Send + std::marker::Sync,
        {
            ServerServiceClient::new(InterceptedService::new(inner, interceptor))
        }
        /// Compress requests with the given encoding.
        ///
        /// This requires the server to support it otherwise it might respond with an
        /// error.
        #[must_use]
        pub fn send_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.send_compressed(encoding);
            self
        }
        /// Enable decompressing responses.
        #[must_use]
        pub fn accept_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.accept_compressed(encoding);
            self
        }
        /// Limits the maximum size of a decoded message.
        ///
        /// Default: `4MB`
        #[must_use]
        pub fn max_decoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_decoding_message_size(limit);
            self
        }
        /// Limits the maximum size of an encoded message.
        ///
        /// Default: `usize::MAX`
        #[must_use]
        pub fn max_encoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_encoding_message_size(limit);
            self
        }
        pub async fn get_server_info(
            &mut self,
            request: impl tonic::IntoRequest<super::GetServerInfoRequest>,
        ) -> std::result::Result<
            tonic::Response<super::GetServerInfoResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.ServerService/GetServerInfo",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.ServerService", "GetServerInfo"));
            self.inner.unary(req, path, codec).await
        }
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct StorageSnapshot {
    #[prost(string, tag = "1")]
    pub version: ::prost::alloc::string::String,
    #[prost(uint32, tag = "2")]
    pub dimension: u32,
    #[prost(message, repeated, tag = "3")]
    pub records: ::prost::alloc::vec::Vec<VectorRecord>,
    #[prost(message, optional, tag = "4")]
    pub index_config: ::core::option::Option<IndexConfig>,
    #[prost(message, optional, tag = "5")]
    pub created_at: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(string, tag = "6")]
    pub collection: ::prost::alloc::string::String,
    #[prost(enumeration = "Metric", tag = "7")]
    pub metric: i32,
    #[prost(string, tag = "8")]
    pub embedding_model: ::prost::alloc::string::String,
    #[prost(uint64, tag = "9")]
    pub log_sequence: u64,
    #[prost(message, repeated, tag = "10")]
    pub checksums: ::prost::alloc::vec::Vec<Checksum>,
    #[prost(message, repeated, tag = "11")]
    pub fragments: ::prost::alloc::vec::Vec<Fragment>,
    #[prost(message, repeated, tag = "12")]
    pub footers: ::prost::alloc::vec::Vec<Footer>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Checksum {
    #[prost(uint64, tag = "1")]
    pub start: u64,
    #[prost(uint64, tag = "2")]
    pub length: u64,
    #[prost(uint64, tag = "3")]
    pub records: u64,
    #[prost(fixed32, tag = "4")]
    pub crc: u32,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Fragment {
    #[prost(enumeration = "Codec", tag = "1")]
    pub codec: i32,
    #[prost(bytes = "bytes", tag = "2")]
    pub data: ::prost::bytes::Bytes,
    #[prost(uint64, tag = "3")]
    pub record_count: u64,
    #[prost(uint64, tag = "4")]
    pub inflated_size: u64,
    #[prost(fixed32, tag = "5")]
    pub crc: u32,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Footer {
    #[prost(uint64, tag = "1")]
    pub record_count: u64,
    #[prost(uint64, tag = "2")]
    pub part_length: u64,
    #[prost(bytes = "bytes", tag = "3")]
    pub sha256: ::prost::bytes::Bytes,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Snapshot {
    #[prost(string, tag = "1")]
    pub snapshot_id: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub collection: ::prost::alloc::string::String,
    #[prost(enumeration = "SnapshotFormat", tag = "3")]
    pub format: i32,
    #[prost(uint64, tag = "4")]
    pub size_bytes: u64,
    #[prost(uint64, tag = "5")]
    pub record_count: u64,
    #[prost(message, optional, tag = "6")]
    pub create_time: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(uint64, tag = "7")]
    pub log_sequence: u64,
    #[prost(bytes = "bytes", tag = "8")]
    pub sha256: ::prost::bytes::Bytes,
    #[prost(bool, tag = "9")]
    pub compressed: bool,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum Codec {
    Unspecified = 0,
    Gzip = 1,
}
impl Codec {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "CODEC_UNSPECIFIED",
            Self::Gzip => "CODEC_GZIP",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "CODEC_UNSPECIFIED" => Some(Self::Unspecified),
            "CODEC_GZIP" => Some(Self::Gzip),
            _ => None,
        }
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct RecordDifference {
    #[prost(string, tag = "1")]
    pub id: ::prost::alloc::string::String,
    #[prost(enumeration = "DifferenceKind", tag = "2")]
    pub kind: i32,
    #[prost(message, optional, tag = "3")]
    pub changed_fields: ::core::option::Option<::prost_types::FieldMask>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DifferenceSummary {
    #[prost(uint64, tag = "1")]
    pub added_count: u64,
    #[prost(uint64, tag = "2")]
    pub removed_count: u64,
    #[prost(uint64, tag = "3")]
    pub changed_count: u64,
    #[prost(uint64, tag = "4")]
    pub unchanged_count: u64,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum DifferenceKind {
    Unspecified = 0,
    Added = 1,
    Removed = 2,
    Changed = 3,
}
impl DifferenceKind {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "DIFFERENCE_KIND_UNSPECIFIED",
            Self::Added => "DIFFERENCE_KIND_ADDED",
            Self::Removed => "DIFFERENCE_KIND_REMOVED",
            Self::Changed => "DIFFERENCE_KIND_CHANGED",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "DIFFERENCE_KIND_UNSPECIFIED" => Some(Self::Unspecified),
            "DIFFERENCE_KIND_ADDED" => Some(Self::Added),
            "DIFFERENCE_KIND_REMOVED" => Some(Self::Removed),
            "DIFFERENCE_KIND_CHANGED" => Some(Self::Changed),
            _ => None,
        }
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct SnapshotReport {
    #[prost(bool, tag = "1")]
    pub valid: bool,
    #[prost(enumeration = "SnapshotFormat", tag = "2")]
    pub format: i32,
    #[prost(bool, tag = "3")]
    pub compressed: bool,
    #[prost(bool, tag = "4")]
    pub sealed: bool,
    #[prost(string, tag = "5")]
    pub version: ::prost::alloc::string::String,
    #[prost(uint32, tag = "6")]
    pub part_count: u32,
    #[prost(uint64, tag = "7")]
    pub size_bytes: u64,
    #[prost(uint64, tag = "8")]
    pub record_count: u64,
    #[prost(uint32, tag = "9")]
    pub dimension: u32,
    #[prost(enumeration = "Metric", tag = "10")]
    pub metric: i32,
    #[prost(string, tag = "11")]
    pub embedding_model: ::prost::alloc::string::String,
    #[prost(string, tag = "12")]
    pub collection: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "13")]
    pub created_at: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(uint64, tag = "14")]
    pub log_sequence: u64,
    #[prost(message, optional, tag = "15")]
    pub index_config: ::core::option::Option<IndexConfig>,
    #[prost(uint64, tag = "16")]
    pub finding_count: u64,
    #[prost(message, repeated, tag = "17")]
    pub findings: ::prost::alloc::vec::Vec<SnapshotFinding>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct SnapshotFinding {
    #[prost(enumeration = "SnapshotFindingKind", tag = "1")]
    pub kind: i32,
    #[prost(uint64, tag = "2")]
    pub offset: u64,
    #[prost(string, tag = "3")]
    pub record_id: ::prost::alloc::string::String,
    #[prost(string, tag = "4")]
    pub message: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum SnapshotFindingKind {
    Unspecified = 0,
    Missing = 1,
    Truncated = 2,
    Checksum = 3,
    Malformed = 4,
    WrongDimension = 5,
    InvalidEmbedding = 6,
    InvalidRecord = 7,
    DuplicateId = 8,
    NewerVersion = 9,
    Unsealed = 10,
    InconsistentParts = 11,
    Empty = 12,
}
impl SnapshotFindingKind {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "SNAPSHOT_FINDING_KIND_UNSPECIFIED",
            Self::Missing => "SNAPSHOT_FINDING_KIND_MISSING",
            Self::Truncated => "SNAPSHOT_FINDING_KIND_TRUNCATED",
            Self::Checksum => "SNAPSHOT_FINDING_KIND_CHECKSUM",
            Self::Malformed => "SNAPSHOT_FINDING_KIND_MALFORMED",
            Self::WrongDimension => "SNAPSHOT_FINDING_KIND_WRONG_DIMENSION",
            Self::InvalidEmbedding => "SNAPSHOT_FINDING_KIND_INVALID_EMBEDDING",
            Self::InvalidRecord => "SNAPSHOT_FINDING_KIND_INVALID_RECORD",
            Self::DuplicateId => "SNAPSHOT_FINDING_KIND_DUPLICATE_ID",
            Self::NewerVersion => "SNAPSHOT_FINDING_KIND_NEWER_VERSION",
            Self::Unsealed => "SNAPSHOT_FINDING_KIND_UNSEALED",
            Self::InconsistentParts => "SNAPSHOT_FINDING_KIND_INCONSISTENT_PARTS",
            Self::Empty => "SNAPSHOT_FINDING_KIND_EMPTY",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "SNAPSHOT_FINDING_KIND_UNSPECIFIED" => Some(Self::Unspecified),
            "SNAPSHOT_FINDING_KIND_MISSING" => Some(Self::Missing),
            "SNAPSHOT_FINDING_KIND_TRUNCATED" => Some(Self::Truncated),
            "SNAPSHOT_FINDING_KIND_CHECKSUM" => Some(Self::Checksum),
            "SNAPSHOT_FINDING_KIND_MALFORMED" => Some(Self::Malformed),
            "SNAPSHOT_FINDING_KIND_WRONG_DIMENSION" => Some(Self::WrongDimension),
            "SNAPSHOT_FINDING_KIND_INVALID_EMBEDDING" => Some(Self::InvalidEmbedding),
            "SNAPSHOT_FINDING_KIND_INVALID_RECORD" => Some(Self::InvalidRecord),
            "SNAPSHOT_FINDING_KIND_DUPLICATE_ID" => Some(Self::DuplicateId),
            "SNAPSHOT_FINDING_KIND_NEWER_VERSION" => Some(Self::NewerVersion),
            "SNAPSHOT_FINDING_KIND_UNSEALED" => Some(Self::Unsealed),
            "SNAPSHOT_FINDING_KIND_INCONSISTENT_PARTS" => Some(Self::InconsistentParts),
            "SNAPSHOT_FINDING_KIND_EMPTY" => Some(Self::Empty),
            _ => None,
        }
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct CreateSnapshotRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(enumeration = "SnapshotFormat", tag = "2")]
    pub format: i32,
    #[prost(bool, optional, tag = "3")]
    pub compression_enabled: ::core::option::Option<bool>,
    #[prost(message, optional, tag = "4")]
    pub filter: ::core::option::Option<Filter>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct CreateSnapshotResponse {
    #[prost(uint64, tag = "1")]
    pub records_written: u64,
    #[prost(uint64, tag = "2")]
    pub records_total: u64,
    #[prost(message, optional, tag = "3")]
    pub snapshot: ::core::option::Option<Snapshot>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ListSnapshotsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ListSnapshotsResponse {
    #[prost(message, repeated, tag = "1")]
    pub snapshots: ::prost::alloc::vec::Vec<Snapshot>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DeleteSnapshotRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub snapshot_id: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DeleteSnapshotResponse {}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ForceSaveRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ForceSaveResponse {
    #[prost(message, optional, tag = "1")]
    pub persistence_status: ::core::option::Option<PersistenceStatus>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DownloadSnapshotRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub snapshot_id: ::prost::alloc::string::String,
    #[prost(uint64, tag = "3")]
    pub offset: u64,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DownloadSnapshotResponse {
    #[prost(uint64, tag = "1")]
    pub offset: u64,
    #[prost(bytes = "bytes", tag = "2")]
    pub data: ::prost::bytes::Bytes,
    #[prost(fixed32, tag = "3")]
    pub crc: u32,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct UploadSnapshotRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub snapshot_id: ::prost::alloc::string::String,
    #[prost(uint64, tag = "3")]
    pub size_bytes: u64,
    #[prost(bytes = "bytes", tag = "4")]
    pub sha256: ::prost::bytes::Bytes,
    #[prost(bool, tag = "5")]
    pub allow_unsealed: bool,
    #[prost(uint64, tag = "6")]
    pub offset: u64,
    #[prost(bytes = "bytes", tag = "7")]
    pub data: ::prost::bytes::Bytes,
    #[prost(fixed32, tag = "8")]
    pub crc: u32,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct UploadSnapshotResponse {
    #[prost(message, optional, tag = "1")]
    pub snapshot: ::core::option::Option<Snapshot>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetUploadRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub snapshot_id: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetUploadResponse {
    #[prost(uint64, tag = "1")]
    pub received_bytes: u64,
    #[prost(message, optional, tag = "2")]
    pub snapshot: ::core::option::Option<Snapshot>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ValidateSnapshotRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub snapshot_id: ::prost::alloc::string::String,
    #[prost(bool, tag = "3")]
    pub allow_unsealed: bool,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ValidateSnapshotResponse {
    #[prost(uint64, tag = "1")]
    pub bytes_checked: u64,
    #[prost(uint64, tag = "2")]
    pub bytes_total: u64,
    #[prost(message, optional, tag = "3")]
    pub report: ::core::option::Option<SnapshotReport>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct RestoreSnapshotRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub snapshot_id: ::prost::alloc::string::String,
    #[prost(string, tag = "3")]
    pub target_collection: ::prost::alloc::string::String,
    #[prost(message, optional, tag = "4")]
    pub index_config: ::core::option::Option<IndexConfig>,
    #[prost(message, optional, tag = "5")]
    pub filter: ::core::option::Option<Filter>,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct RestoreSnapshotResponse {
    #[prost(uint64, tag = "1")]
    pub records_restored: u64,
    #[prost(uint64, tag = "2")]
    pub records_total: u64,
    #[prost(uint64, tag = "3")]
    pub sequence: u64,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct MergeSnapshotRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub snapshot_id: ::prost::alloc::string::String,
    #[prost(string, tag = "3")]
    pub source_collection: ::prost::alloc::string::String,
    #[prost(enumeration = "MergePolicy", tag = "4")]
    pub policy: i32,
    #[prost(bool, tag = "5")]
    pub dry_run: bool,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MergeSnapshotResponse {
    #[prost(uint64, tag = "1")]
    pub records_merged: u64,
    #[prost(uint64, tag = "2")]
    pub records_total: u64,
    #[prost(message, optional, tag = "3")]
    pub result: ::core::option::Option<MergeResult>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MergeRecordsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(bool, tag = "4")]
    pub allow_unsealed: bool,
    #[prost(enumeration = "MergePolicy", tag = "5")]
    pub policy: i32,
    #[prost(bool, tag = "6")]
    pub dry_run: bool,
    #[prost(oneof = "merge_records_request::Source", tags = "2, 3")]
    pub source: ::core::option::Option<merge_records_request::Source>,
}
/// Nested message and enum types in `MergeRecordsRequest`.
pub mod merge_records_request {
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum Source {
        #[prost(bytes, tag = "2")]
        SnapshotChunk(::prost::bytes::Bytes),
        #[prost(message, tag = "3")]
        Batch(super::RecordBatch),
    }
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct RecordBatch {
    #[prost(message, repeated, tag = "1")]
    pub records: ::prost::alloc::vec::Vec<VectorRecord>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct MergeRecordsResponse {
    #[prost(message, optional, tag = "1")]
    pub result: ::core::option::Option<MergeResult>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct DiffSnapshotsRequest {
    #[prost(string, tag = "1")]
    pub collection: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub snapshot_id: ::prost::alloc::string::String,
    #[prost(string, tag = "3")]
    pub other_snapshot_id: ::prost::alloc::string::String,
    #[prost(string, tag = "4")]
    pub other_collection: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct DiffSnapshotsResponse {
    #[prost(message, repeated, tag = "1")]
    pub differences: ::prost::alloc::vec::Vec<RecordDifference>,
    #[prost(message, optional, tag = "2")]
    pub summary: ::core::option::Option<DifferenceSummary>,
}
/// Generated client implementations.
#[cfg(feature = "client")]
pub mod snapshot_service_client {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    use tonic::codegen::http::Uri;
    #[derive(Debug, Clone)]
    pub struct SnapshotServiceClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl<T> SnapshotServiceClient<T>
    where
        T: tonic::client::GrpcService<tonic::body::Body>,
        T::Error: Into<StdError>,
        T::ResponseBody: Body<Data = Bytes> + std::marker::Send + 'static,
        <T::ResponseBody as Body>::Error: Into<StdError> + std::marker::Send,
    {
        pub fn new(inner: T) -> Self {
            let inner = tonic::client::Grpc::new(inner);
            Self { inner }
        }
        pub fn with_origin(inner: T, origin: Uri) -> Self {
            let inner = tonic::client::Grpc::with_origin(inner, origin);
            Self { inner }
        }
        pub fn with_interceptor<F>(
            inner: T,
            interceptor: F,
        ) -> SnapshotServiceClient<InterceptedService<T, F>>
        where
            F: tonic::service::Interceptor,
            T::ResponseBody: Default,
            T: tonic::codegen::Service<
                http::Request<tonic::body::Body>,
                Response = http::Response<
                    <T as tonic::client::GrpcService<tonic::body::Body>>::ResponseBody,
                >,
            >,
            <T as tonic::codegen::Service<
                http::Request<tonic::body::Body>,
            >>::Error: Into<StdError> + std::marker::Send + std::marker::Sync,
        {
            SnapshotServiceClient::new(InterceptedService::new(inner, interceptor))
        }
        /// Compress requests with the given encoding.
        ///
        /// This requires the server to support it otherwise it might respond with an
        /// error.
        #[must_use]
        pub fn send_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.send_compressed(encoding);
            self
        }
        /// Enable decompressing responses.
        #[must_use]
        pub fn accept_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.accept_compressed(encoding);
            self
        }
        /// Limits the maximum size of a decoded message.
        ///
        /// Default: `4MB`
        #[must_use]
        pub fn max_decoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_decoding_message_size(limit);
            self
        }
        /// Limits the maximum size of an encoded message.
        ///
        /// Default: `usize::MAX`
        #[must_use]
        pub fn max_encoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_encoding_message_size(limit);
            self
        }
        pub async fn create_snapshot(
            &mut self,
            request: impl tonic::IntoRequest<super::CreateSnapshotRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::CreateSnapshotResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/CreateSnapshot",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.SnapshotService", "CreateSnapshot"),
                );
            self.inner.server_streaming(req, path, codec).await
        }
        pub async fn list_snapshots(
            &mut self,
            request: impl tonic::IntoRequest<super::ListSnapshotsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ListSnapshotsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/ListSnapshots",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.SnapshotService", "ListSnapshots"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn delete_snapshot(
            &mut self,
            request: impl tonic::IntoRequest<super::DeleteSnapshotRequest>,
        ) -> std::result::Result<
            tonic::Response<super::DeleteSnapshotResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/DeleteSnapshot",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.SnapshotService", "DeleteSnapshot"),
                );
            self.inner.unary(req, path, codec).await
        }
        pub async fn force_save(
            &mut self,
            request: impl tonic::IntoRequest<super::ForceSaveRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ForceSaveResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/ForceSave",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.SnapshotService", "ForceSave"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn download_snapshot(
            &mut self,
            request: impl tonic::IntoRequest<super::DownloadSnapshotRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::DownloadSnapshotResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/DownloadSnapshot",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.SnapshotService", "DownloadSnapshot"),
                );
            self.inner.server_streaming(req, path, codec).await
        }
        pub async fn upload_snapshot(
            &mut self,
            request: impl tonic::IntoStreamingRequest<
                Message = super::UploadSnapshotRequest,
            >,
        ) -> std::result::Result<
            tonic::Response<super::UploadSnapshotResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/UploadSnapshot",
            );
            let mut req = request.into_streaming_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.SnapshotService", "UploadSnapshot"),
                );
            self.inner.client_streaming(req, path, codec).await
        }
        pub async fn get_upload(
            &mut self,
            request: impl tonic::IntoRequest<super::GetUploadRequest>,
        ) -> std::result::Result<
            tonic::Response<super::GetUploadResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/GetUpload",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.SnapshotService", "GetUpload"));
            self.inner.unary(req, path, codec).await
        }
        pub async fn validate_snapshot(
            &mut self,
            request: impl tonic::IntoRequest<super::ValidateSnapshotRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::ValidateSnapshotResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/ValidateSnapshot",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.SnapshotService", "ValidateSnapshot"),
                );
            self.inner.server_streaming(req, path, codec).await
        }
        pub async fn restore_snapshot(
            &mut self,
            request: impl tonic::IntoRequest<super::RestoreSnapshotRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::RestoreSnapshotResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/RestoreSnapshot",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(
                    GrpcMethod::new("protovec.v1.SnapshotService", "RestoreSnapshot"),
                );
            self.inner.server_streaming(req, path, codec).await
        }
        pub async fn merge_snapshot(
            &mut self,
            request: impl tonic::IntoRequest<super::MergeSnapshotRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::MergeSnapshotResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/MergeSnapshot",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.SnapshotService", "MergeSnapshot"));
            self.inner.server_streaming(req, path, codec).await
        }
        pub async fn merge_records(
            &mut self,
            request: impl tonic::IntoStreamingRequest<
                Message = super::MergeRecordsRequest,
            >,
        ) -> std::result::Result<
            tonic::Response<super::MergeRecordsResponse>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/MergeRecords",
            );
            let mut req = request.into_streaming_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.SnapshotService", "MergeRecords"));
            self.inner.client_streaming(req, path, codec).await
        }
        pub async fn diff_snapshots(
            &mut self,
            request: impl tonic::IntoRequest<super::DiffSnapshotsRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::DiffSnapshotsResponse>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/protovec.v1.SnapshotService/DiffSnapshots",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("protovec.v1.SnapshotService", "DiffSnapshots"));
            self.inner.server_streaming(req, path, codec).await
        }
    }
}
