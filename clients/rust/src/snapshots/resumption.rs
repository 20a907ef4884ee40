//! Goes on with transfers that broke off. A transfer is tried again as long as it gets ahead: after
//! so many failures in a row without another byte the last one is told.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    Error,
    backoff::{backoff, is_away},
};

const FAILURES_MAX: u32 = 8;
const FIRST_DELAY: Duration = Duration::from_millis(250);

#[derive(Default)]
pub(super) struct Resumption {
    failures: u32,
    /// Bytes that were over at the failure before.
    furthest: Option<u64>,
}

impl Resumption {
    /// Waits until it is worth trying again; fails with `error` when it is not: it does not say that
    /// the connection broke, or nothing was gained lately. `reached`: bytes that are over.
    pub(super) async fn after(&mut self, error: Error, reached: u64) -> Result<(), Error> {
        // The server may not have noticed yet that the last try has ended.
        let is_busy = error.reason() == "OVERLOADED" && error.retry_after().is_some();
        if !is_away(&error) && !is_busy {
            return Err(error);
        }
        if self.furthest.is_none_or(|furthest| reached > furthest) {
            self.failures = 0;
            self.furthest = Some(reached);
        }
        self.failures += 1;
        if self.failures >= FAILURES_MAX {
            return Err(error);
        }
        sleep(backoff(self.failures, error.retry_after(), FIRST_DELAY)).await;
        Ok(())
    }
}
