//! Searches over one stream: queries are taken as the server takes them, answers come as they are
//! ready.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use prost::Message;

use super::{Query, SearchResult};
use crate::{
    Code, Collection, Error, ResultStream,
    transport::{Answers, Transport, method},
    v1::{self, search_stream_response::Outcome},
};

/// What came of one search of a stream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SearchAnswer {
    /// Place of the query among those that were given, from 0.
    pub index: u64,
    /// What it found, or why it was refused, which does not end the stream.
    pub result: Result<SearchResult, Error>,
}

type Queries = Pin<Box<dyn Stream<Item = Query> + Send>>;

impl Collection {
    /// Any number of searches over one stream, each answered as soon as it is ready, in any order. A
    /// query is taken when the server has room for it, and the server stops taking them while the
    /// answers are not read.
    pub fn search_stream<I>(&self, queries: I) -> ResultStream<SearchAnswer>
    where
        I: IntoIterator<Item = Query>,
        I::IntoIter: Send + 'static,
    {
        self.search_stream_of(stream::iter(queries))
    }

    /// As `search_stream`, of a stream of queries.
    pub fn search_stream_of(
        &self,
        queries: impl Stream<Item = Query> + Send + 'static,
    ) -> ResultStream<SearchAnswer> {
        let searches = Searches {
            transport: self.transport.clone(),
            collection: self.name.clone(),
            queries: Some(Box::pin(queries)),
            taken: Arc::default(),
            answers: None,
            answered: 0,
        };
        ResultStream::unfold(searches, |mut searches| async move {
            let answer = searches.next().await?;
            Ok(answer.map(|answer| (answer, searches)))
        })
    }
}

struct Searches {
    transport: Transport,
    collection: String,
    /// Until the call has begun.
    queries: Option<Queries>,
    /// Queries that were sent.
    taken: Arc<AtomicU64>,
    answers: Option<Answers<v1::SearchStreamResponse>>,
    answered: u64,
}

impl Searches {
    async fn next(&mut self) -> Result<Option<SearchAnswer>, Error> {
        if let Some(queries) = self.queries.take() {
            self.begin(queries).await?;
        }
        let Some(answers) = &mut self.answers else {
            return Ok(None);
        };
        let Some(answer) = answers.next().await? else {
            return self.end();
        };
        self.answered += 1;
        Ok(Some(SearchAnswer {
            index: answer.request_id,
            result: result_of(answer.outcome),
        }))
    }

    /// Begins the call with the first query; without one there is none.
    async fn begin(&mut self, mut queries: Queries) -> Result<(), Error> {
        let Some(first) = queries.next().await else {
            return Ok(());
        };
        let first = encoded(self.collection.clone(), 0, first);
        self.taken.store(1, Ordering::Relaxed);
        let taken = Arc::clone(&self.taken);
        let others = queries.map(move |query| {
            let index = taken.fetch_add(1, Ordering::Relaxed);
            encoded(String::new(), index, query)
        });
        let requests = stream::once(async move { first }).chain(others);
        let answers = self.transport.duplex(method::SEARCH_STREAM, requests);
        self.answers = Some(answers.await?);
        Ok(())
    }

    fn end(&self) -> Result<Option<SearchAnswer>, Error> {
        if self.answered == self.taken.load(Ordering::Relaxed) {
            return Ok(None);
        }
        Err(Error::internal(
            "the server ended the stream before it had answered every search",
        ))
    }
}

fn encoded(collection: String, index: u64, query: Query) -> Bytes {
    let request = v1::SearchStreamRequest {
        collection,
        request_id: index,
        search: Some(query.into_message(String::new())),
    };
    request.encode_to_vec().into()
}

fn result_of(outcome: Option<Outcome>) -> Result<SearchResult, Error> {
    match outcome {
        Some(Outcome::Response(response)) => response.try_into(),
        Some(Outcome::Error(error)) => {
            let refused = Error::new(Code::from_number(error.code), error.message.as_str())
                .with_reason(error.reason);
            // Paths of the server begin at its message, those of the client at the query.
            let field = error.field.strip_prefix("search.").unwrap_or(&error.field);
            Err(match field {
                "" => refused,
                field => refused.with_violation(field, error.message),
            })
        }
        None => Err(Error::internal(
            "the server sent an answer without an outcome",
        )),
    }
}
