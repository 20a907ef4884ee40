//! What comes of a call bit by bit.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{Stream, StreamExt, stream};

use crate::Error;

/// Items as they arrive; a `Stream` of results. The call is made when the first item is asked for, and
/// dropping the stream cancels it. After an error there is nothing more.
#[must_use = "nothing is read until items are asked for"]
pub struct ResultStream<T> {
    items: Pin<Box<dyn Stream<Item = Result<T, Error>> + Send>>,
    is_over: bool,
}

impl<T> ResultStream<T> {
    /// The items that `step` makes of one state after the other, until it gives none.
    pub(crate) fn unfold<S, F, Fut>(state: S, step: F) -> Self
    where
        S: Send + 'static,
        T: 'static,
        F: FnMut(S) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Option<(T, S)>, Error>> + Send + 'static,
    {
        Self {
            items: Box::pin(stream::try_unfold(state, step)),
            is_over: false,
        }
    }

    /// The next item; `None` at the end. For those who do not want to import `StreamExt`.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        StreamExt::next(self).await
    }

    /// All items, or the first error.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }
}

impl<T> Stream for ResultStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let item = self.items.as_mut().poll_next(context);
        self.is_over = matches!(&item, Poll::Ready(None | Some(Err(_))));
        item
    }
}
