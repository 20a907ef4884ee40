//! How long to wait before something that failed is tried again.

use std::time::Duration;

use crate::{Code, Error};

const LONGEST: Duration = Duration::from_secs(4);

/// The time to wait after so many failures in a row: twice as long each time, beginning with `first`,
/// and a random part more, so that many clients of one server do not come back together. What the
/// server asks for goes before that.
pub(crate) fn backoff(failures: u32, asked: Option<Duration>, first: Duration) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    let delay = asked.unwrap_or(doubled.min(LONGEST));
    delay.mul_f64(1.0 + fastrand::f64() / 2.0)
}

/// Whether the connection was not made: the server restarts, or is not reached. What TLS refused does
/// not pass by itself.
pub(crate) fn is_away(error: &Error) -> bool {
    error.code() == Code::Unavailable && error.reason() != "TLS_FAILED"
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::backoff;

    #[test]
    fn grows_to_a_longest_delay_and_heeds_the_server() {
        let first = Duration::from_millis(50);
        for (failures, least) in [(1, 50), (2, 100), (5, 800), (40, 4_000)] {
            let delay = backoff(failures, None, first);
            let least = Duration::from_millis(least);
            assert!(
                delay >= least && delay <= least * 3 / 2,
                "{failures}: {delay:?}"
            );
        }
        let asked = backoff(9, Some(Duration::from_millis(10)), first);
        assert!(asked <= Duration::from_millis(15));
    }
}
