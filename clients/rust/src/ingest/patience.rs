//! How long a load is tried: streams that break are opened again after a while that grows, until
//! nothing was gained for too long.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{
    Code, Error,
    backoff::{backoff, is_away},
};

const FIRST_DELAY: Duration = Duration::from_millis(50);

pub(super) struct Patience {
    limit: Duration,
    since: Instant,
    failures: u32,
    /// What the last stream failed with, if nothing was gained since.
    last: Option<Error>,
}

impl Patience {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            since: Instant::now(),
            failures: 0,
            last: None,
        }
    }

    /// Time until it ends.
    pub(super) fn left(&self) -> Duration {
        self.limit.saturating_sub(self.since.elapsed())
    }

    /// Nothing is amiss: it begins anew.
    pub(super) fn renew(&mut self) {
        self.since = Instant::now();
    }

    /// Something was gained: the next failure is the first.
    pub(super) fn gained(&mut self) {
        self.failures = 0;
        self.last = None;
        self.renew();
    }

    /// Waits until it is worth trying again; fails with why it is not.
    pub(super) async fn after(&mut self, error: Error) -> Result<(), Error> {
        if !may_pass(&error) {
            return Err(error);
        }
        let asked = error.retry_after();
        self.last = Some(error);
        let left = self.left();
        if left.is_zero() {
            return Err(self.exhausted());
        }
        self.failures += 1;
        sleep(backoff(self.failures, asked, FIRST_DELAY).min(left)).await;
        Ok(())
    }

    /// What a load fails with when patience has ended.
    pub(super) fn exhausted(&mut self) -> Error {
        let message = format!(
            "no batch was kept for {:?}, so the load was given up",
            self.limit
        );
        match self.last.take() {
            Some(last) => {
                let message = format!("{}; {message}", last.message());
                last.with_message(message)
            }
            None => Error::new(Code::DeadlineExceeded, message),
        }
    }
}

/// The server asks to come back, restarts or is not reached, or the connection broke.
fn may_pass(error: &Error) -> bool {
    if error.retry_after().is_some() || is_away(error) {
        return true;
    }
    // What is made of a stream that was cut; a server gives its reasons, too.
    let is_cut = matches!(
        error.code(),
        Code::Cancelled | Code::Internal | Code::Unknown
    );
    is_cut && !error.is_servers_word()
}
