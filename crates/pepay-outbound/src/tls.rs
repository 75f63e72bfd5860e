//! Whom we believe to be who they say: the authorities of the system, and those the operator adds.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};

use crate::policy::Error;

/// TLS 1.2 and 1.3 with certificate checks. The protocol (HTTP/1 or 2) is offered by the connector.
pub(crate) fn config(extra_roots_pem: &str) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder.map_err(Error::Tls)?.with_root_certificates(roots(extra_roots_pem)?).with_no_client_auth())
}

fn roots(extra_pem: &str) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        // A minimal container has no certificates of its own; those of Mozilla are compiled in.
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let mut extra = 0_usize;
    for certificate in CertificateDer::pem_slice_iter(extra_pem.as_bytes()) {
        roots.add(certificate.map_err(|_| Error::Roots)?).map_err(|_| Error::Roots)?;
        extra += 1;
    }
    if extra == 0 && !extra_pem.trim().is_empty() { Err(Error::Roots) } else { Ok(roots) }
}
