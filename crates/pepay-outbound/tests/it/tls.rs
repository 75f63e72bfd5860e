//! Certificates, good and bad.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use pepay_outbound::{Client, Failure, Policy, StatusCode, TlsFault, Version};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::TlsAcceptor;

use crate::server::{Names, Server, patient, post_with, until_closed};

pub(crate) const HOST: &str = "shop.example.com";

pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.distinguished_name.push(rcgen::DnType::CommonName, "an authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate"))
    }

    /// A server with a certificate for [`HOST`], changed by `alter`.
    pub(crate) fn acceptor(&self, protocols: &[&[u8]], alter: impl FnOnce(&mut CertificateParams)) -> TlsAcceptor {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![HOST.to_owned()]).expect("a name");
        alter(&mut params);
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        acceptor(protocols, certificate.der().clone(), &key)
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy { extra_roots_pem: self.0.pem(), ..patient() }
    }
}

fn acceptor(
    protocols: &[&[u8]],
    certificate: rustls::pki_types::CertificateDer<'static>,
    key: &KeyPair,
) -> TlsAcceptor {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("key and certificate belong together");
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// Answers each request with its own body, after 50 ms so that requests overlap.
pub(crate) async fn echo(acceptor: TlsAcceptor) -> Server {
    Server::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let serve = service_fn(|request: hyper::Request<hyper::body::Incoming>| async {
                let body =
                    request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
                tokio::time::sleep(Duration::from_millis(50)).await;
                Ok::<_, Infallible>(hyper::Response::new(Full::new(body)))
            });
            let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), serve).await;
        }
    })
    .await
}

/// Posts to the server as `name`.
pub(crate) async fn post_as(policy: Policy, name: &str, server: &Server) -> Result<(StatusCode, Version), Failure> {
    let client = client(policy);
    let answer = post_with(&client, &format!("https://{name}:{}/", server.address.port())).await?;
    assert_eq!(answer.excerpt, b"{\"a\":1}");
    Ok((answer.status, answer.version))
}

pub(crate) fn client(policy: Policy) -> Client {
    Client::with_resolver(policy, Names::of(&[&["127.0.0.1"]])).expect("a valid policy")
}

#[tokio::test]
async fn bad_certificates_are_refused_and_named() {
    let authority = Authority::new();
    let expect = async |acceptor, name: &str, policy, fault| {
        let server = echo(acceptor).await;
        assert_eq!(post_as(policy, name, &server).await, Err(Failure::Tls(fault)));
    };
    let expired = authority.acceptor(&[], |params| {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
    });
    expect(expired, HOST, authority.policy(), TlsFault::Expired).await;
    let early = authority.acceptor(&[], |params| params.not_before = date_time_ymd(4000, 1, 1));
    expect(early, HOST, authority.policy(), TlsFault::NotYetValid).await;
    expect(authority.acceptor(&[], |_| ()), "other.example.com", authority.policy(), TlsFault::WrongHost).await;
    expect(authority.acceptor(&[], |_| ()), "127.0.0.1", authority.policy(), TlsFault::WrongHost).await;
    // An authority that nobody added, and a certificate that vouches for itself.
    expect(authority.acceptor(&[], |_| ()), HOST, patient(), TlsFault::Untrusted).await;
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec![HOST.to_owned()]).unwrap().self_signed(&key).unwrap();
    expect(acceptor(&[], own.der().clone(), &key), HOST, authority.policy(), TlsFault::Untrusted).await;
}

#[tokio::test]
async fn a_certificate_for_an_address_is_accepted_for_it() {
    let authority = Authority::new();
    let for_address = |params: &mut CertificateParams| {
        params.subject_alt_names = vec![rcgen::SanType::IpAddress([127, 0, 0, 1].into())];
    };
    let server = echo(authority.acceptor(&[], for_address)).await;
    assert_eq!(post_as(authority.policy(), "127.0.0.1", &server).await, Ok((StatusCode::OK, Version::HTTP_11)));
}

#[tokio::test]
async fn a_receiver_that_does_not_speak_tls_is_told() {
    let plain = Server::start(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        until_closed(&mut stream).await;
    })
    .await;
    assert_eq!(post_as(patient(), HOST, &plain).await, Err(Failure::Tls(TlsFault::Handshake)));
    let closing = Server::start(|mut stream| async move {
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 4096]).await;
    })
    .await;
    assert_eq!(post_as(patient(), HOST, &closing).await, Err(Failure::Tls(TlsFault::Handshake)));
}
