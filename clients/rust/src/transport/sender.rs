//! The sending side of a stream of requests.
//!
//! Whoever waits until a message is taken waits for the server: two are held and one is on its way.

use std::{future::Future, pin::pin};

use bytes::Bytes;
use futures_util::{Stream, stream::poll_fn};
use tokio::{select, sync::mpsc};

use super::{Answer, Method, Transport};
use crate::Error;

const HELD_MESSAGES: usize = 2;

/// Takes the messages of a call.
pub(crate) struct Sender(mpsc::Sender<Bytes>);

/// Whether everything was sent; not so when the call had ended before.
#[derive(PartialEq)]
pub(crate) enum Filled {
    Whole,
    Cut,
}

impl Sender {
    /// Sends a message when there is room for it. False: the call has ended.
    pub(crate) async fn send(&self, message: Bytes) -> bool {
        self.0.send(message).await.is_ok()
    }
}

impl Transport {
    /// Makes a call whose requests `fill` sends; they end with it. What it fails with ends the call.
    pub(crate) async fn upload_from<A, F, Fut>(&self, method: Method, fill: F) -> Result<A, Error>
    where
        A: Answer,
        F: FnOnce(Sender) -> Fut,
        Fut: Future<Output = Result<Filled, Error>>,
    {
        let (sender, receiver) = mpsc::channel(HELD_MESSAGES);
        let mut call = pin!(self.upload(method, received(receiver)));
        let mut filled = pin!(fill(Sender(sender)));
        let filled = select! {
            biased;
            answer = &mut call => return answer.and_then(|_: A| Err(too_early())),
            filled = &mut filled => filled?,
        };
        let answer = call.await?;
        if filled == Filled::Cut {
            return Err(too_early());
        }
        Ok(answer)
    }
}

/// What is sent to the receiver, as a stream.
fn received(mut receiver: mpsc::Receiver<Bytes>) -> impl Stream<Item = Bytes> + Send + 'static {
    poll_fn(move |context| receiver.poll_recv(context))
}

fn too_early() -> Error {
    Error::internal("the server answered before it had everything")
}
