//! Settings of TLS.

use tonic::transport::{Certificate, ClientTlsConfig, Identity};

/// How a connection is protected. Certificates and keys are PEM, not paths of files.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    ca: Option<Vec<u8>>,
    identity: Option<(Vec<u8>, Vec<u8>)>,
    server_name: Option<String>,
}

impl TlsOptions {
    /// Trusts the authorities that the system trusts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts these authorities, and no others.
    #[must_use]
    pub fn ca(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca = Some(pem.into());
        self
    }

    /// The client's own certificate and its private key, for servers that ask for one.
    #[must_use]
    pub fn identity(mut self, certificate: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.identity = Some((certificate.into(), key.into()));
        self
    }

    /// Name that the server's certificate must have. Default: the host of the address.
    #[must_use]
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    pub(crate) fn into_config(self) -> ClientTlsConfig {
        let mut config = ClientTlsConfig::new();
        config = match self.ca {
            Some(pem) => config.ca_certificate(Certificate::from_pem(pem)),
            None => config.with_enabled_roots(),
        };
        if let Some((certificate, key)) = self.identity {
            config = config.identity(Identity::from_pem(certificate, key));
        }
        if let Some(name) = self.server_name {
            config = config.domain_name(name);
        }
        config
    }
}
