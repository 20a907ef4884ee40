//! What is searched for.

use crate::{Filter, reads::field_mask, v1};
use v1::search_request::Query as Target;

/// What is searched for, how many results, which, and what comes with them.
///
/// ```
/// use protovec::{Query, filter};
///
/// let query = Query::vector([0.9, 0.1, 0.0])
///     .limit(5)
///     .filter(filter::eq("lang", "en"))
///     .fields(["title"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Query(v1::SearchRequest);

impl Query {
    fn new(target: Target) -> Self {
        Self(v1::SearchRequest {
            query: Some(target),
            ..Default::default()
        })
    }

    /// The records nearest to a vector of the collection's dimension.
    pub fn vector(values: impl Into<Vec<f32>>) -> Self {
        let values = values.into();
        Self::new(Target::Vector(v1::Vector { values }))
    }

    /// The records nearest to a stored one, which is itself left out.
    pub fn record_id(id: impl Into<String>) -> Self {
        Self::new(Target::RecordId(id.into()))
    }

    /// The records nearest to a text, which the collection's embedder makes a vector.
    pub fn content(text: impl Into<String>) -> Self {
        Self::new(Target::Content(text.into()))
    }

    /// Most results, from 1 to 10,000. Default 10.
    pub fn limit(mut self, limit: u32) -> Self {
        self.0.limit = Some(limit);
        self
    }

    /// Least score of a hit.
    pub fn threshold(mut self, threshold: f32) -> Self {
        self.0.threshold = Some(threshold);
        self
    }

    /// Which records may be found. Default: all.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.0.filter = Some(filter);
        self
    }

    /// Fields that come with each hit, such as `["content", "metadata"]`; `["*"]`: all. Default: all
    /// but the embedding.
    pub fn fields<T: Into<String>>(mut self, fields: impl IntoIterator<Item = T>) -> Self {
        self.0.hit_mask = Some(field_mask(fields));
        self
    }

    /// Compares with every record instead of asking the index.
    pub fn exact(mut self) -> Self {
        self.0.exact = true;
        self
    }

    /// Candidates asked of the graph, from 1 to 10,000. Default: the collection's.
    pub fn ef_search(mut self, candidates: u32) -> Self {
        self.0.ef_search = Some(candidates);
        self
    }

    /// Name of the model that made the vector: refused when the collection's is another one.
    pub fn embedding_model(mut self, model: impl Into<String>) -> Self {
        self.0.embedding_model = model.into();
        self
    }

    /// The message of the schema. `collection`: empty where the call says it.
    pub(crate) fn into_message(mut self, collection: String) -> v1::SearchRequest {
        self.0.collection = collection;
        self.0
    }
}
