//! When a call must be over.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, timeout_at};

use crate::{Code, Error};

/// How long calls may take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Timeout {
    /// That of the client for calls with one answer, none for streams.
    #[default]
    Default,
    /// No limit.
    Never,
    /// So long, streams too.
    After(Duration),
}

/// The moment at which a call is given up, if there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Option<Instant>,
    timeout: Duration,
}

impl Deadline {
    /// That of a call which begins now. `default`: for [`Timeout::Default`].
    pub(crate) fn of(timeout: Timeout, default: Option<Duration>) -> Self {
        let timeout = match timeout {
            Timeout::Default => default,
            Timeout::Never => None,
            Timeout::After(timeout) => Some(timeout),
        };
        Self {
            // One beyond what a clock can tell is none.
            at: timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            timeout: timeout.unwrap_or_default(),
        }
    }

    /// Time that is left; `None`: there is no deadline.
    pub(crate) fn left(self) -> Option<Duration> {
        let at = self.at?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    /// Waits for the future as long as there is time.
    pub(crate) async fn run<T>(
        self,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(at) = self.at else {
            return future.await;
        };
        timeout_at(at, future)
            .await
            .unwrap_or_else(|_| Err(self.passed()))
    }

    fn passed(self) -> Error {
        let message = format!(
            "there was no answer within {:?}; give the call more time or ask for less",
            self.timeout
        );
        Error::new(Code::DeadlineExceeded, message)
    }
}
