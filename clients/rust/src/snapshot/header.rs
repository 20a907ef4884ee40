//! What a part of a snapshot says of its records.

use prost::Message;

use super::format::DIMENSION_MAX;
use crate::{Metric, Timestamp, v1};

/// What a part of a snapshot says of its records, and where they come from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SnapshotHeader {
    /// Version of the format, such as `1.0.0`.
    pub version: String,
    /// Length of every embedding.
    pub dimension: u32,
    /// How the collection compares vectors.
    pub metric: Metric,
    /// Name of the collection that it was taken of. Empty: unknown.
    pub collection: String,
    /// Name of the model that made the embeddings. Empty: unknown.
    pub embedding_model: String,
    /// The instant whose records these are.
    pub created_at: Option<Timestamp>,
    /// Log sequence that it includes. 0: unknown.
    pub log_sequence: u64,
    /// How to rebuild the index. `None`: the defaults.
    pub index_config: Option<v1::IndexConfig>,
}

impl SnapshotHeader {
    /// Decodes header fields, given one after the other with their tags.
    pub(super) fn decode(fields: &[u8]) -> Result<Self, String> {
        let message = v1::StorageSnapshot::decode(fields)
            .map_err(|error| format!("the header cannot be decoded: {error}"))?;
        let dimension = message.dimension;
        if dimension == 0 || dimension > DIMENSION_MAX {
            return Err(format!(
                "dimension {dimension}: one from 1 to {DIMENSION_MAX} must come before the records"
            ));
        }
        let metric = match Metric::try_from(message.metric) {
            Ok(Metric::Unspecified) => Metric::Cosine,
            Ok(metric) => metric,
            Err(_) => {
                let metric = message.metric;
                return Err(format!(
                    "unknown metric {metric}: read it with a newer version"
                ));
            }
        };
        Ok(Self {
            version: message.version,
            dimension,
            metric,
            collection: message.collection,
            embedding_model: message.embedding_model,
            created_at: message.created_at,
            log_sequence: message.log_sequence,
            index_config: message.index_config,
        })
    }

    /// Why parts under `self` and `other` cannot be in one file, if they cannot. An unknown model
    /// agrees with every model.
    pub(super) fn conflict(&self, other: &Self) -> Option<String> {
        if self.dimension != other.dimension {
            let (one, two) = (self.dimension, other.dimension);
            return Some(format!("dimension {two} after a part of dimension {one}"));
        }
        if self.metric != other.metric {
            let (one, two) = (self.metric, other.metric);
            return Some(format!("metric {two:?} after a part of metric {one:?}"));
        }
        let (one, two) = (&self.embedding_model, &other.embedding_model);
        if one != two && !one.is_empty() && !two.is_empty() {
            return Some(format!("embedding model {two:?} after a part of {one:?}"));
        }
        None
    }
}
