//! What a new collection is to be.

use crate::{Metric, v1};

/// The configuration of a new collection. What is left out is the server's default: 384 dimensions,
/// cosine, an HNSW graph, no embedder.
///
/// ```
/// use protovec::{CollectionConfig, Embedder, Metric};
///
/// let vectors = CollectionConfig::new().dimension(3).metric(Metric::Dot);
/// let texts = CollectionConfig::new().embedder(Embedder::Builtin);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct CollectionConfig(v1::CollectionConfig);

impl CollectionConfig {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Length of every embedding, from 1 to 65,536.
    pub fn dimension(mut self, dimension: u32) -> Self {
        self.0.dimension = dimension;
        self
    }

    /// How vectors are compared.
    pub fn metric(mut self, metric: Metric) -> Self {
        self.0.set_metric(metric);
        self
    }

    /// Name of the model that makes the embeddings: merges from another one are refused.
    pub fn embedding_model(mut self, model: impl Into<String>) -> Self {
        self.0.embedding_model = model.into();
        self
    }

    /// What makes vectors of texts.
    pub fn embedder(mut self, embedder: Embedder) -> Self {
        self.0.embedder = Some(embedder.into());
        self
    }

    /// How nearest neighbours are found.
    pub fn index(mut self, index: v1::IndexConfig) -> Self {
        self.0.index = Some(index);
        self
    }

    /// When and how it is saved.
    pub fn persistence(mut self, persistence: v1::PersistenceConfig) -> Self {
        self.0.persistence = Some(persistence);
        self
    }
}

impl From<CollectionConfig> for v1::CollectionConfig {
    fn from(config: CollectionConfig) -> Self {
        config.0
    }
}

/// What makes vectors of texts: of records that come without one, and of searches by content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Embedder {
    /// Hashed words and parts of words, inside the server: finds texts that share words and spelling.
    /// The metric must be cosine or dot product.
    Builtin,
    /// The embedding service that the server's operator has set up.
    OpenAiCompatible {
        /// Name of the model as the service knows it, such as `text-embedding-3-small`.
        model: String,
        /// Ask the service for vectors of the collection's dimension: for models that can shorten
        /// theirs.
        send_dimension: bool,
    },
}

impl From<Embedder> for v1::EmbedderConfig {
    fn from(embedder: Embedder) -> Self {
        use v1::embedder_config::Provider;
        let provider = match embedder {
            Embedder::Builtin => Provider::Builtin(v1::BuiltinEmbedder {}),
            Embedder::OpenAiCompatible {
                model,
                send_dimension,
            } => Provider::OpenaiCompatible(v1::OpenAiCompatibleEmbedder {
                model,
                send_dimension,
            }),
        };
        Self {
            provider: Some(provider),
        }
    }
}
