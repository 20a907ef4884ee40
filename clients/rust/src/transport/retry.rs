//! Repeats calls that change nothing when the server was not reached, as the published service config
//! (docs/service-config.json) says; tonic does not read it.
//!
//! Never repeats a write: it may have been done though its answer was lost.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::sleep;

use crate::{Code, Error};

const ATTEMPTS_MAX: u32 = 4;
const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(2);
const DELAY_FACTOR: u32 = 2;

/// When more than half of the last calls failed, none is repeated: the server has enough to do.
pub(super) struct Throttle {
    tokens: Mutex<f64>,
}

const TOKENS_MAX: f64 = 100.0;
const TOKENS_OF_A_SUCCESS: f64 = 0.1;

impl Throttle {
    pub(super) fn new() -> Self {
        Self {
            tokens: Mutex::new(TOKENS_MAX),
        }
    }

    fn succeeded(&self) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        *tokens = (*tokens + TOKENS_OF_A_SUCCESS).min(TOKENS_MAX);
    }

    /// Counts a failure; whether calls may still be repeated.
    fn failed(&self) -> bool {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        *tokens = (*tokens - 1.0).max(0.0);
        *tokens > TOKENS_MAX / 2.0
    }
}

/// Makes a call, again if it may be repeated and that may help.
pub(super) async fn repeat<T, F, Fut>(
    is_repeatable: bool,
    throttle: &Throttle,
    call: F,
) -> Result<T, Error>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, Error>>,
{
    let mut attempts = 0;
    loop {
        let error = match call().await {
            Ok(answer) => {
                throttle.succeeded();
                return Ok(answer);
            }
            Err(error) => error,
        };
        attempts += 1;
        let Some(delay) = delay_after(&error, attempts, throttle) else {
            return Err(error);
        };
        if !is_repeatable {
            return Err(error);
        }
        sleep(delay).await;
    }
}

/// How long to wait before the call is repeated; `None`: it is not.
fn delay_after(error: &Error, attempts: u32, throttle: &Throttle) -> Option<Duration> {
    let pushback = error.pushback_ms();
    let is_final = error.code() != Code::Unavailable || error.reason() == "TLS_FAILED";
    if is_final || !throttle.failed() || attempts >= ATTEMPTS_MAX {
        return None;
    }
    match pushback {
        Some(ms) => u64::try_from(ms).ok().map(Duration::from_millis),
        None => {
            let delay = FIRST_DELAY * DELAY_FACTOR.pow(attempts - 1);
            Some(
                delay
                    .min(LONGEST_DELAY)
                    .mul_f64(0.8 + 0.4 * fastrand::f64()),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{ATTEMPTS_MAX, Throttle, repeat};
    use crate::{Code, Error};

    /// How often a call is made that fails with this error.
    async fn calls(is_repeatable: bool, throttle: &Throttle, error: Error) -> u32 {
        let calls = Cell::new(0);
        let result: Result<(), Error> = repeat(is_repeatable, throttle, || {
            calls.set(calls.get() + 1);
            let error = error.clone();
            async { Err(error) }
        })
        .await;
        assert!(result.is_err());
        calls.get()
    }

    fn unavailable() -> Error {
        Error::new(Code::Unavailable, "away").with_pushback_ms(Some(0))
    }

    #[tokio::test]
    async fn repeats_reads_that_were_unavailable_three_times() {
        let throttle = Throttle::new();
        assert_eq!(calls(true, &throttle, unavailable()).await, ATTEMPTS_MAX);
        assert_eq!(calls(false, &throttle, unavailable()).await, 1);
        let other = Error::new(Code::Internal, "no");
        assert_eq!(calls(true, &throttle, other).await, 1);
        let tls = unavailable().with_reason("TLS_FAILED");
        assert_eq!(calls(true, &throttle, tls).await, 1);
    }

    #[tokio::test]
    async fn heeds_the_servers_wish_to_be_left_alone() {
        let error = unavailable().with_pushback_ms(Some(-1));
        assert_eq!(calls(true, &Throttle::new(), error).await, 1);
    }

    #[tokio::test]
    async fn does_not_repeat_when_most_calls_fail() {
        let throttle = Throttle::new();
        let mut made = 0;
        for _ in 0..50 {
            made += calls(true, &throttle, unavailable()).await;
        }
        // 49 failures leave more than half of the tokens; from then on each call is made once.
        assert!(made < 50 + 40, "{made} calls");
        assert_eq!(calls(true, &throttle, unavailable()).await, 1);
    }
}
