//! Says with every call who makes it.

use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::Interceptor,
};

use crate::Error;

const HEADER: &str = "authorization";

/// Adds the API key, if there is one, to every call that has no header `authorization` of its own.
#[derive(Clone, Debug)]
pub struct Authorization(Option<MetadataValue<Ascii>>);

impl Authorization {
    /// For this API key. INVALID_ARGUMENT, without the key in it, for what cannot be one.
    pub(crate) fn new(api_key: Option<&str>) -> Result<Self, Error> {
        let Some(key) = api_key else {
            return Ok(Self(None));
        };
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        let value = is_key
            .then(|| format!("Bearer {key}").parse().ok())
            .flatten();
        let Some(mut value): Option<MetadataValue<Ascii>> = value else {
            return Err(Error::invalid(
                "api_key",
                "the API key is empty, or has white space or characters that are not ASCII; give \
                 the key alone",
            ));
        };
        // Keeps it out of debug output and of the tables of compressed headers.
        value.set_sensitive(true);
        Ok(Self(Some(value)))
    }
}

impl Interceptor for Authorization {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            let metadata = request.metadata_mut();
            if !metadata.contains_key(HEADER) {
                metadata.insert(HEADER, value.clone());
            }
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::Authorization;

    #[test]
    fn what_is_no_key_is_refused_and_not_repeated() {
        for key in ["", "pv_secret with space", "pv_sécret", "pv_secret\n"] {
            let error = Authorization::new(Some(key)).unwrap_err();
            assert_eq!(error.field(), Some("api_key"));
            assert!(!error.to_string().contains("cret"), "{error}");
        }
    }

    #[test]
    fn the_key_is_not_in_debug_output() {
        let authorization = Authorization::new(Some("pv_secret")).unwrap();
        assert!(!format!("{authorization:?}").contains("secret"));
    }
}
