//! What is found.

use crate::{Error, Record, v1};

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SearchResult {
    /// Best first; ties in the byte order of ids.
    pub hits: Vec<Hit>,
    /// How they were found.
    pub method: SearchMethod,
    /// Records whose exact distance was considered.
    pub candidate_count: u64,
}

/// One record that was found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hit {
    /// Higher is more similar.
    pub score: f32,
    /// Lower is more similar.
    pub distance: f32,
    /// The record, with the fields that were asked for.
    pub record: Record,
}

/// How an answer was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchMethod {
    /// Every record that may be found was compared.
    Exact,
    /// Candidates came from the index, and from the records that it does not hold yet.
    Index,
}

impl TryFrom<v1::SearchResponse> for SearchResult {
    type Error = Error;

    fn try_from(answer: v1::SearchResponse) -> Result<Self, Error> {
        let method = match answer.method() {
            v1::SearchMethod::Exact => SearchMethod::Exact,
            _ => SearchMethod::Index,
        };
        let results = answer.results.into_iter();
        Ok(Self {
            hits: results.map(Hit::try_from).collect::<Result<_, _>>()?,
            method,
            candidate_count: answer.candidate_count,
        })
    }
}

impl TryFrom<v1::SimilarityResult> for Hit {
    type Error = Error;

    fn try_from(result: v1::SimilarityResult) -> Result<Self, Error> {
        Ok(Self {
            score: result.similarity_score,
            distance: result.distance,
            record: result.record.unwrap_or_default().try_into()?,
        })
    }
}
