//! Settings of a connection.

use std::time::Duration;

use tonic::{service::interceptor::InterceptedService, transport::Endpoint};

use crate::{
    Client, Error,
    transport::{
        Authorization, Transport,
        address::{endpoint, is_on_this_machine},
        from_connect,
    },
};

const TIMEOUT: Duration = Duration::from_secs(30);
/// A stream without a deadline still notices that its server is gone.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// Settings of a connection; made by [`Client::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    timeout: Option<Duration>,
    api_key: Option<String>,
    #[cfg(feature = "tls")]
    tls: Option<crate::TlsOptions>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            timeout: Some(TIMEOUT),
            api_key: None,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl ClientBuilder {
    /// Deadline of each call with one answer; `None`: none. Default: 30 seconds. Streams have none
    /// unless they are given one.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// API key, sent with every call. Refused without TLS unless the server is on this machine.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Connects with TLS. Default: in plain text, unless the address begins with `https://`.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, options: crate::TlsOptions) -> Self {
        self.tls = Some(options);
        self
    }

    /// Connects to `host:port`. UNAVAILABLE when there is no server, with reason TLS_FAILED when TLS
    /// refused it; INVALID_ARGUMENT for settings that contradict or endanger each other.
    pub async fn connect(self, address: impl AsRef<str>) -> Result<Client, Error> {
        let (endpoint, authorization) = self.prepare(address.as_ref())?;
        let channel = endpoint.connect().await.map_err(from_connect)?;
        let channel = InterceptedService::new(channel, authorization);
        Ok(Client::over(Transport::new(channel, self.timeout)))
    }

    /// As connect, without waiting: the first call makes the connection. Must be called within a
    /// runtime of tokio. INVALID_ARGUMENT as of connect.
    pub fn connect_lazy(self, address: impl AsRef<str>) -> Result<Client, Error> {
        let (endpoint, authorization) = self.prepare(address.as_ref())?;
        let channel = InterceptedService::new(endpoint.connect_lazy(), authorization);
        Ok(Client::over(Transport::new(channel, self.timeout)))
    }

    fn prepare(&self, address: &str) -> Result<(Endpoint, Authorization), Error> {
        let authorization = Authorization::new(self.api_key.as_deref())?;
        let endpoint = endpoint(address, self.wants_tls())?;
        let is_secure = endpoint.uri().scheme_str() == Some("https");
        if is_secure != self.wants_tls() {
            check_scheme(is_secure)?;
        }
        if self.api_key.is_some() && !is_secure && !is_on_this_machine(address) {
            return Err(Error::invalid(
                "api_key",
                format!(
                    "an API key would be sent to {address} in plain text, where anybody on the way \
                     can read it; connect with TLS"
                ),
            ));
        }
        let endpoint = endpoint
            .connect_timeout(CONNECT_TIMEOUT)
            .http2_keep_alive_interval(KEEPALIVE_INTERVAL)
            .keep_alive_timeout(KEEPALIVE_TIMEOUT);
        Ok((self.secured(endpoint, is_secure)?, authorization))
    }

    #[cfg(feature = "tls")]
    fn wants_tls(&self) -> bool {
        self.tls.is_some()
    }

    #[cfg(not(feature = "tls"))]
    fn wants_tls(&self) -> bool {
        false
    }

    #[cfg(feature = "tls")]
    fn secured(&self, endpoint: Endpoint, is_secure: bool) -> Result<Endpoint, Error> {
        if !is_secure {
            return Ok(endpoint);
        }
        let options = self.tls.clone().unwrap_or_default();
        endpoint.tls_config(options.into_config()).map_err(|error| {
            let message =
                "the certificates cannot be used; ca, certificate and key are PEM, not paths";
            Error::invalid("tls", message).with_source(error)
        })
    }

    #[cfg(not(feature = "tls"))]
    #[allow(clippy::unnecessary_wraps, clippy::unused_self)]
    fn secured(&self, endpoint: Endpoint, _is_secure: bool) -> Result<Endpoint, Error> {
        Ok(endpoint)
    }
}

/// Refuses an address that says something else of TLS than the settings do.
fn check_scheme(is_secure: bool) -> Result<(), Error> {
    let message = match (is_secure, cfg!(feature = "tls")) {
        (true, true) => return Ok(()),
        (true, false) => "the address begins with https://; build with the feature \"tls\" for it",
        (false, _) => {
            "the address is one in plain text, and TLS is asked for; leave one of them out"
        }
    };
    Err(Error::invalid("address", message))
}
