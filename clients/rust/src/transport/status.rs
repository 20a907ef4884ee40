//! What tonic reports, as errors of this crate.

use std::{error, iter};

use tonic::{Status, TimeoutExpired};

use super::{details::with_details, tls_failure::tls_failure};
use crate::{Code, Error};

/// The error of a call that ended with this status.
pub(crate) fn from_status(status: Status) -> Error {
    if chain(&status).any(|cause| cause.is::<TimeoutExpired>()) {
        let message = "there was no answer within the time that the call had";
        return Error::new(Code::DeadlineExceeded, message).with_source(status);
    }
    let code = code_of(&status);
    if code == Code::Unavailable
        && let Some(error) = tls_failure(&status)
    {
        return error.with_source(status);
    }
    let pushback = status.metadata().get("grpc-retry-pushback-ms");
    // What is no number asks not to be tried again, as a negative one does.
    let pushback = pushback.map(|value| number(value.as_bytes()).unwrap_or(-1));
    let error = Error::new(code, message_of(&status)).with_pushback_ms(pushback);
    with_details(error, status.details()).with_source(status)
}

/// The error of a connection that could not be made.
pub(crate) fn from_connect(error: tonic::transport::Error) -> Error {
    let known = tls_failure(&error);
    let message = format!("no connection: {}", last_cause(&error));
    known
        .unwrap_or_else(|| Error::new(Code::Unavailable, message))
        .with_source(error)
}

/// The code, with UNAVAILABLE for whatever befell a connection: tonic calls that UNKNOWN.
fn code_of(status: &Status) -> Code {
    let is_broken = error::Error::source(status).is_some();
    match Code::from_number(status.code() as u32) {
        Code::Unknown | Code::Cancelled if is_broken => Code::Unavailable,
        code => code,
    }
}

fn message_of(status: &Status) -> String {
    match chain(status).last() {
        // The first cause says what happened; those around it are "transport error".
        Some(cause) => format!("the connection failed: {cause}"),
        None => status.message().to_owned(),
    }
}

/// The causes of an error, the nearest first.
pub(super) fn chain<'a>(
    error: &'a (dyn error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn error::Error + 'static)> {
    iter::successors(error.source(), |cause| cause.source())
}

fn last_cause(error: &(dyn error::Error + 'static)) -> String {
    let cause = chain(error).last();
    cause.map_or_else(|| error.to_string(), ToString::to_string)
}

fn number(bytes: &[u8]) -> Option<i64> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}
