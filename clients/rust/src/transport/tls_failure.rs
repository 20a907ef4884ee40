//! Tells a connection that TLS refused from a server that is not there: gRPC calls both UNAVAILABLE,
//! but trying again helps only with the latter.

use std::error;

use super::status::chain;
use crate::{Code, Error};

/// What rustls says, in lower case, and what it means to whoever connects.
const CAUSES: [(&str, &str); 7] = [
    (
        "unknownissuer",
        "the certificate was not issued by an authority that is trusted; give the server's with \
         TlsOptions::ca",
    ),
    (
        "expired",
        "the server's certificate has expired; it needs a new one",
    ),
    (
        "notvalidyet",
        "the server's certificate is not valid yet; check the clocks",
    ),
    (
        "not valid for name",
        "the server's certificate is for another name; connect by that name, or set \
         TlsOptions::server_name",
    ),
    (
        "corrupt message",
        "the server does not speak TLS; connect without",
    ),
    (
        "certificaterequired",
        "the server asks for a certificate of the client; give it with TlsOptions::identity",
    ),
    (
        "certificate",
        "one side refused the certificate of the other; see TlsOptions",
    ),
];

/// The error of a connection that TLS refused, if that is what the causes of `error` say.
pub(super) fn tls_failure(error: &(dyn error::Error + 'static)) -> Option<Error> {
    for cause in chain(error) {
        let said = cause.to_string();
        let words = said.to_lowercase();
        let Some((_, meaning)) = CAUSES.iter().find(|(word, _)| words.contains(word)) else {
            continue;
        };
        let message = format!("no secure connection: {meaning} ({said})");
        return Some(Error::new(Code::Unavailable, message).with_reason("TLS_FAILED"));
    }
    None
}
