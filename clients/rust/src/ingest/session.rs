//! One stream of a load: opened, then batches one way and acknowledgements the other, to its end.

use std::{pin::Pin, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream::poll_fn};
use prost::Message;
use tokio::{
    select,
    sync::mpsc::{self, UnboundedSender},
    task::yield_now,
    time::{sleep, timeout},
};

use super::{IngestProgress, load::Load, patience::Patience};
use crate::{
    Code, Collection, Error, RecordItem,
    transport::{Answers, method},
    v1::{
        self, ingest_records_request::Message as Request, ingest_records_response::Message as Told,
    },
    write::shift_path,
};

/// How long the server may take to end a stream of which everything is acknowledged.
const GOODBYE: Duration = Duration::from_secs(2);
/// About the longest that a timer waits: a load without a limit waits so long again and again.
const TIMER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

type ToldOfProgress = Option<Box<dyn FnMut(IngestProgress) + Send>>;
type IngestAnswers = Answers<v1::IngestRecordsResponse>;

pub(super) struct Session<'a> {
    load: &'a mut Load,
    patience: &'a mut Patience,
    on_progress: &'a mut ToldOfProgress,
    is_paused: bool,
    is_closing: bool,
}

/// What happened while the session waited.
enum Event {
    Answer(Result<Option<v1::IngestRecordsResponse>, Error>),
    /// A batch was cut, or the source has ended.
    Cut(Result<(), Error>),
    /// Time has passed.
    Waited,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        load: &'a mut Load,
        patience: &'a mut Patience,
        on_progress: &'a mut ToldOfProgress,
    ) -> Self {
        Self {
            load,
            patience,
            on_progress,
            is_paused: false,
            is_closing: false,
        }
    }

    /// Opens the load and sends until everything is acknowledged, then gives nothing, or until the
    /// stream ends, then gives why. Fails with what is wrong on this side, or with answers.
    pub(super) async fn run<S>(
        &mut self,
        collection: &Collection,
        open: &v1::IngestOpen,
        mut source: Pin<&mut S>,
    ) -> Result<Option<Error>, Error>
    where
        S: Stream,
        S::Item: RecordItem,
    {
        self.load.window.rewind();
        // The bytes of the window bound what is in it.
        let (requests, mut taken) = mpsc::unbounded_channel();
        send(&requests, opening(collection.name(), open));
        let stream = poll_fn(move |context| taken.poll_recv(context));
        let transport = &collection.transport;
        let call = transport.duplex(method::INGEST_RECORDS, stream);
        let answers = timeout(self.patience.left().min(TIMER_MAX), call).await;
        let mut answers: IngestAnswers = match answers {
            Ok(Ok(answers)) => answers,
            Ok(Err(error)) => return Ok(Some(error)),
            Err(_) => return Err(self.patience.exhausted()),
        };
        let mut is_open = false;
        loop {
            if is_open && self.load.is_complete() {
                drop(requests);
                say_goodbye(answers).await;
                return Ok(None);
            }
            if is_open && !self.is_paused && !self.is_closing {
                self.send_batches(&requests);
            }
            let event = self.wait(&mut answers, source.as_mut(), is_open).await;
            match event {
                Event::Answer(Ok(Some(answer))) => match self.receive(answer)? {
                    Received::Opened => is_open = true,
                    Received::Other => {}
                    Received::Useless(why) => return Ok(Some(why)),
                },
                Event::Answer(Ok(None)) => return Ok(Some(self.cut_short())),
                Event::Answer(Err(error)) => return Ok(Some(self.in_source(error))),
                Event::Cut(cut) => cut?,
                Event::Waited if self.patience.left().is_zero() => {
                    return Err(self.patience.exhausted());
                }
                Event::Waited => {}
            }
        }
    }

    /// Waits until something changes, or for too long.
    async fn wait<S>(
        &mut self,
        answers: &mut IngestAnswers,
        source: Pin<&mut S>,
        is_open: bool,
    ) -> Event
    where
        S: Stream,
        S::Item: RecordItem,
    {
        let is_idle = is_open && (self.is_paused || self.load.window.is_empty());
        let takes = is_open && !self.load.is_whole() && self.load.window.has_room();
        let left = self.patience.left().min(TIMER_MAX);
        let event = select! {
            biased;
            answer = answers.next() => Event::Answer(answer),
            cut = cut_batch(self.load, source), if takes => Event::Cut(cut),
            () = sleep(left), if !is_idle => Event::Waited,
        };
        if is_idle {
            self.patience.renew();
        }
        event
    }

    fn receive(&mut self, answer: v1::IngestRecordsResponse) -> Result<Received, Error> {
        let mut received = Received::Other;
        match answer.message {
            Some(Told::Opened(opened)) => {
                if self.load.opened(&opened)? {
                    self.patience.gained();
                }
                received = Received::Opened;
            }
            // Its counts are not in this answer, but in the one that opens the load again.
            Some(Told::Ack(ack)) if ack.repeated => {
                let why = Error::new(Code::Unavailable, "a batch was kept before it was sent");
                return Ok(Received::Useless(why));
            }
            Some(Told::Ack(ack)) => {
                self.load.acknowledge(ack)?;
                self.patience.gained();
            }
            Some(Told::Pause(_)) => self.is_paused = true,
            Some(Told::Resume(_)) => self.is_paused = false,
            Some(Told::Closing(_)) => self.is_closing = true,
            None => return Ok(received),
        }
        self.report();
        Ok(received)
    }

    fn send_batches(&mut self, requests: &UnboundedSender<Bytes>) {
        while let Some(batch) = self.load.window.next() {
            self.load.tally.sent(&batch);
            send(requests, batch.message);
            self.report();
        }
    }

    fn report(&mut self) {
        if let Some(told) = self.on_progress {
            told(self.load.tally.progress(self.is_paused));
        }
    }

    fn cut_short(&self) -> Error {
        let message = if self.is_closing {
            "the server ends and takes no more batches"
        } else {
            "the server ended the stream before it had acknowledged everything"
        };
        Error::new(Code::Unavailable, message)
    }

    /// The error with places in the source instead of those in the batch, which is the one that is
    /// due: what was sent before it is acknowledged before a stream ends.
    fn in_source(&self, error: Error) -> Error {
        match self.load.window.due() {
            Some(batch)
                if error
                    .field()
                    .is_some_and(|field| field.starts_with("batch.")) =>
            {
                error.with_paths(|path| shift_path(path, batch.first))
            }
            _ => error,
        }
    }
}

/// What an answer means to the session.
enum Received {
    /// The load is open.
    Opened,
    /// Nothing more than was noted.
    Other,
    /// The stream is of no more use.
    Useless(Error),
}

/// Takes records until a batch is complete or there are none. May be dropped at any time: what was
/// taken is in the load.
async fn cut_batch<S>(load: &mut Load, mut source: Pin<&mut S>) -> Result<(), Error>
where
    S: Stream,
    S::Item: RecordItem,
{
    loop {
        match source.next().await {
            Some(item) => {
                if load.add(item.into_record()?)? {
                    break;
                }
            }
            None => return load.end(),
        }
    }
    // A turn for the connection: a source that never waits would fill the window before it is sent.
    yield_now().await;
    Ok(())
}

fn opening(collection: &str, open: &v1::IngestOpen) -> Bytes {
    let request = v1::IngestRecordsRequest {
        collection: collection.to_owned(),
        message: Some(Request::Open(open.clone())),
    };
    request.encode_to_vec().into()
}

/// Hands a message to the call. One that has ended says so with its answers.
fn send(requests: &UnboundedSender<Bytes>, message: Bytes) {
    let _ = requests.send(message);
}

/// Lets the server end the stream, which has nothing more to say.
async fn say_goodbye(mut answers: IngestAnswers) {
    let ended = async { while let Ok(Some(_)) = answers.next().await {} };
    let _ = timeout(GOODBYE, ended).await;
}
