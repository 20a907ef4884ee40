//! Searches: one, several in one call, and any number over a stream.

mod many;
mod query;
mod result;
mod stream;

pub use query::Query;
pub use result::{Hit, SearchMethod, SearchResult};
pub use stream::SearchAnswer;

use crate::{Collection, Error, transport::method, v1};

impl Collection {
    /// The records nearest to a vector, to a stored record or to a text, best first.
    pub async fn search(&self, query: Query) -> Result<SearchResult, Error> {
        let request = query.into_message(self.name.clone());
        let answer: v1::SearchResponse = self.transport.unary(method::SEARCH, &request).await?;
        answer.try_into()
    }
}
