//! Any number of searches, in as many calls as their bytes and their count ask for.

use bytes::Bytes;
use prost::Message;

use super::{Query, SearchResult};
use crate::{Collection, Error, record_packer::field, transport::method, v1, write::shift_index};

/// Many enough to share a round trip; with so many, answers of 1 KiB a hit fit as a rule.
const CALL_SEARCHES: usize = 250;
const CALL_BYTES: usize = 1024 * 1024;
/// Field 2 of `BatchSearchRequest`.
const SEARCHES_TAG: u8 = 0x12;

impl Collection {
    /// Several searches at once, their results in the order of the queries. All are answered, or the
    /// call fails with the path of the first bad one: `searches[3].limit`. Many travel in several
    /// calls, one after the other, each with the deadline.
    pub async fn search_many(
        &self,
        queries: impl IntoIterator<Item = Query>,
    ) -> Result<Vec<SearchResult>, Error> {
        let searches: Vec<Vec<u8>> = queries
            .into_iter()
            .map(|query| query.into_message(String::new()).encode_to_vec())
            .collect();
        let mut results = Vec::with_capacity(searches.len());
        let mut most = CALL_SEARCHES;
        while results.len() < searches.len() {
            let first = results.len();
            let (message, count) = self.packed(&searches[first..], most);
            let answer = self.transport.unary_encoded(method::BATCH_SEARCH, message);
            let answer: Result<v1::BatchSearchResponse, Error> = answer.await;
            match answer {
                Ok(answer) => {
                    check_count(answer.responses.len(), count)?;
                    for response in answer.responses {
                        results.push(response.try_into()?);
                    }
                }
                // Fewer searches have a smaller answer.
                Err(error) if error.reason() == "RESPONSE_TOO_LARGE" && count > 1 => {
                    most = count.div_ceil(2);
                }
                Err(error) => return Err(error.with_paths(|path| moved(path, first as u64))),
            }
        }
        Ok(results)
    }

    /// A request of the first searches, and how many they are.
    fn packed(&self, searches: &[Vec<u8>], most: usize) -> (Bytes, usize) {
        let request = v1::BatchSearchRequest {
            collection: self.name.clone(),
            searches: Vec::new(),
        };
        let mut message = request.encode_to_vec();
        let mut count = 0;
        for search in searches.iter().take(most) {
            if count > 0 && message.len() + search.len() > CALL_BYTES {
                break;
            }
            field(SEARCHES_TAG, search, &mut message);
            count += 1;
        }
        (message.into(), count)
    }
}

fn check_count(answers: usize, searches: usize) -> Result<(), Error> {
    if answers == searches {
        return Ok(());
    }
    let message = format!("the server sent {answers} results for {searches} searches");
    Err(Error::internal(message))
}

/// A path of a call that began with the search `first`, counted from the first of all.
fn moved(path: &str, first: u64) -> String {
    shift_index(path, "searches[", first).unwrap_or_else(|| path.to_owned())
}
