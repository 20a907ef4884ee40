//! Runs calls over one channel: with one answer, with a stream of requests, of answers, or both; all
//! with deadlines and typed errors.

pub(crate) mod address;
pub(crate) mod authorization;
mod codec;
mod deadline;
mod details;
pub(crate) mod method;
mod retry;
pub(crate) mod sender;
mod status;
mod tls_failure;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::Stream;
use http::uri::PathAndQuery;
use prost::Message;
use tonic::{
    Request, Streaming, client::Grpc, service::interceptor::InterceptedService, transport::Channel,
};

pub(crate) use self::{
    authorization::Authorization,
    deadline::{Deadline, Timeout},
    method::Method,
    status::{from_connect, from_status},
};
use self::{codec::EncodedCodec, retry::Throttle};
use crate::Error;

/// Largest answer that is taken: twice the largest message that a server takes by default; its
/// answers are 4 MiB at most.
pub(crate) const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A channel whose calls say who makes them.
pub type AuthorizedChannel = InterceptedService<Channel, Authorization>;

/// A message that is answered with.
pub(crate) trait Answer: Message + Default + Send + Sync + 'static {}
impl<T: Message + Default + Send + Sync + 'static> Answer for T {}

/// The connection and how long calls over it may take.
#[derive(Clone)]
pub(crate) struct Transport {
    pub channel: AuthorizedChannel,
    shared: Arc<Shared>,
    timeout: Timeout,
}

struct Shared {
    throttle: Throttle,
    /// For calls with one answer.
    timeout: Option<Duration>,
}

impl Transport {
    pub(crate) fn new(channel: AuthorizedChannel, timeout: Option<Duration>) -> Self {
        let shared = Shared {
            throttle: Throttle::new(),
            timeout,
        };
        Self {
            channel,
            shared: Arc::new(shared),
            timeout: Timeout::Default,
        }
    }

    /// The same connection with other deadlines.
    pub(crate) fn with_timeout(&self, timeout: Timeout) -> Self {
        Self {
            timeout,
            ..self.clone()
        }
    }

    /// One request, one answer.
    pub(crate) async fn unary<A: Answer>(
        &self,
        method: Method,
        request: &impl Message,
    ) -> Result<A, Error> {
        self.unary_encoded(method, request.encode_to_vec().into())
            .await
    }

    /// As unary, without a deadline unless one was asked for: for work that grows with a collection.
    pub(crate) async fn unary_at_length<A: Answer>(
        &self,
        method: Method,
        request: &impl Message,
    ) -> Result<A, Error> {
        let deadline = Deadline::of(self.timeout, None);
        let request = request.encode_to_vec().into();
        self.unary_until(deadline, method, request).await
    }

    /// As unary, of a request that is encoded.
    pub(crate) async fn unary_encoded<A: Answer>(
        &self,
        method: Method,
        request: Bytes,
    ) -> Result<A, Error> {
        let deadline = Deadline::of(self.timeout, self.shared.timeout);
        self.unary_until(deadline, method, request).await
    }

    async fn unary_until<A: Answer>(
        &self,
        deadline: Deadline,
        method: Method,
        request: Bytes,
    ) -> Result<A, Error> {
        let attempt = || self.attempt_unary(deadline, method, request.clone());
        let throttle = &self.shared.throttle;
        let calls = retry::repeat(method.is_repeatable, throttle, attempt);
        deadline.run(calls).await
    }

    async fn attempt_unary<A: Answer>(
        &self,
        deadline: Deadline,
        method: Method,
        request: Bytes,
    ) -> Result<A, Error> {
        let mut grpc = self.grpc().await?;
        let request = prepared(request, deadline);
        let path = PathAndQuery::from_static(method.path);
        let answer = grpc.unary(request, path, EncodedCodec::default()).await;
        Ok(answer.map_err(from_status)?.into_inner())
    }

    /// Begins a call with one request and a stream of answers. It is repeated as a call with one
    /// answer is until the server has accepted it.
    pub(crate) async fn stream<A: Answer>(
        &self,
        method: Method,
        request: &impl Message,
    ) -> Result<Answers<A>, Error> {
        let deadline = Deadline::of(self.timeout, None);
        let request = Bytes::from(request.encode_to_vec());
        let attempt = || self.attempt_stream(deadline, method, request.clone());
        let throttle = &self.shared.throttle;
        let calls = retry::repeat(method.is_repeatable, throttle, attempt);
        let streaming = deadline.run(calls).await?;
        Ok(Answers {
            streaming,
            deadline,
        })
    }

    async fn attempt_stream<A: Answer>(
        &self,
        deadline: Deadline,
        method: Method,
        request: Bytes,
    ) -> Result<Streaming<A>, Error> {
        let mut grpc = self.grpc().await?;
        let request = prepared(request, deadline);
        let path = PathAndQuery::from_static(method.path);
        let codec = EncodedCodec::default();
        let answers = grpc.server_streaming(request, path, codec).await;
        Ok(answers.map_err(from_status)?.into_inner())
    }

    /// Makes a call with a stream of requests and one answer.
    pub(crate) async fn upload<A: Answer>(
        &self,
        method: Method,
        requests: impl Stream<Item = Bytes> + Send + 'static,
    ) -> Result<A, Error> {
        let deadline = Deadline::of(self.timeout, None);
        let call = async {
            let mut grpc = self.grpc().await?;
            let requests = prepared(requests, deadline);
            let path = PathAndQuery::from_static(method.path);
            let codec = EncodedCodec::default();
            let answer = grpc.client_streaming(requests, path, codec).await;
            Ok::<A, Error>(answer.map_err(from_status)?.into_inner())
        };
        deadline.run(call).await
    }

    /// Begins a call with streams both ways. Resolves when the server first answers.
    pub(crate) async fn duplex<A: Answer>(
        &self,
        method: Method,
        requests: impl Stream<Item = Bytes> + Send + 'static,
    ) -> Result<Answers<A>, Error> {
        let deadline = Deadline::of(self.timeout, None);
        let call = async {
            let mut grpc = self.grpc().await?;
            let requests = prepared(requests, deadline);
            let path = PathAndQuery::from_static(method.path);
            let answers = grpc.streaming(requests, path, EncodedCodec::default());
            Ok::<_, Error>(answers.await.map_err(from_status)?.into_inner())
        };
        let streaming = deadline.run(call).await?;
        Ok(Answers {
            streaming,
            deadline,
        })
    }

    async fn grpc(&self) -> Result<Grpc<AuthorizedChannel>, Error> {
        let channel = self.channel.clone();
        let mut grpc = Grpc::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX);
        match grpc.ready().await {
            Ok(()) => Ok(grpc),
            Err(error) => Err(from_connect(error)),
        }
    }
}

/// The request with its deadline.
fn prepared<T>(message: T, deadline: Deadline) -> Request<T> {
    let mut request = Request::new(message);
    if let Some(left) = deadline.left() {
        request.set_timeout(left);
    }
    request
}

/// A stream of answers. Dropping it cancels the call.
pub(crate) struct Answers<A> {
    streaming: Streaming<A>,
    deadline: Deadline,
}

impl<A: Answer> Answers<A> {
    /// The next answer; `None` when the call has ended well.
    pub(crate) async fn next(&mut self) -> Result<Option<A>, Error> {
        let message = async { self.streaming.message().await.map_err(from_status) };
        self.deadline.run(message).await
    }
}
