//! Addresses of servers.

use std::net::IpAddr;

use tonic::transport::Endpoint;

use crate::Error;

/// The endpoint of `host:port`, `[ipv6]:port`, the same after `http://` or `https://`, or
/// `unix:PATH`; and whether it asks for TLS by itself.
pub(crate) fn endpoint(address: &str, use_tls: bool) -> Result<Endpoint, Error> {
    let target = if address.contains("://") || address.starts_with("unix:") {
        address.to_owned()
    } else {
        let scheme = if use_tls { "https" } else { "http" };
        format!("{scheme}://{address}")
    };
    let endpoint = Endpoint::from_shared(target).ok();
    let is_whole = address.starts_with("unix:")
        || endpoint.as_ref().is_some_and(|endpoint| {
            let uri = endpoint.uri();
            uri.host().is_some_and(|host| !host.is_empty())
                && matches!(uri.scheme_str(), Some("http" | "https"))
        });
    endpoint.filter(|_| is_whole).ok_or_else(|| {
        Error::invalid(
            "address",
            format!("the address {address:?} is none; give it as \"host:port\""),
        )
    })
}

/// Whether the address can only be that of a server on this machine.
pub(crate) fn is_on_this_machine(address: &str) -> bool {
    if address.starts_with("unix:") {
        return true;
    }
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    // What stands before an @ is no host, and whoever writes one is not to be trusted with a guess.
    if host.contains('@') {
        return false;
    }
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(host, _)| host),
    };
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{endpoint, is_on_this_machine};

    #[test]
    fn tells_this_machine_from_others() {
        for here in [
            "localhost:1",
            "LOCALHOST",
            "127.0.0.1:50051",
            "127.9.9.9",
            "[::1]:50051",
            "http://127.0.0.1:1/",
            "unix:/run/protovec.sock",
        ] {
            assert!(is_on_this_machine(here), "{here}");
        }
        for elsewhere in [
            "example.com:1",
            "localhost.example.com:1",
            "128.0.0.1:1",
            "[2001:db8::1]:1",
            "http://127.0.0.1@example.com:1",
            "127.0.0.1.example.com:1",
        ] {
            assert!(!is_on_this_machine(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn refuses_what_is_no_address() {
        for bad in ["", "ftp://host:1", "a b:1", ":50051", "http://"] {
            assert!(endpoint(bad, false).is_err(), "{bad}");
        }
        let secure = endpoint("db.example.com:443", true).unwrap();
        assert_eq!(secure.uri().scheme_str(), Some("https"));
        assert!(endpoint("[::1]:50051", false).is_ok());
    }
}
