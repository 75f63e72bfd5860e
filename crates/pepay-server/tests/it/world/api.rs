//! HTTP as a client sees it: status, headers and the very bytes.

use reqwest::{Method, header::HeaderMap};
use serde_json::Value;

/// Who to ask.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    client: reqwest::Client,
    base_url: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: u16,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its very bytes.
    pub(crate) body: Vec<u8>,
    asked: String,
}

impl Answer {
    /// The body of a success.
    pub(crate) fn json(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {} {}", self.asked, self.status, self.text());
        serde_json::from_slice(&self.body).expect("a success is JSON")
    }

    /// Checks that it is a refusal with this status and this code.
    pub(crate) fn refused(&self, status: u16, code: &str) {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let said = (self.status, body["error"]["code"].as_str());
        assert_eq!(said, (status, Some(code)), "{}: {}", self.asked, self.text());
        assert_eq!(body["success"], false, "{}: {}", self.asked, self.text());
    }

    /// A header; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Api {
    pub(crate) fn new(base_url: String) -> Self {
        let client = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client can be built");
        Self { client, base_url }
    }

    /// Asks; `Err` when nobody answers.
    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Result<Answer, reqwest::Error> {
        let method_name = Method::from_bytes(method.as_bytes()).expect("a method is a word");
        let mut request = self.client.request(method_name, format!("{}{path}", self.base_url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await?.to_vec();
        Ok(Answer { status, headers, body, asked: format!("{method} {path}") })
    }

    /// Asks; nobody answering fails the test.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        let answer = self.try_send(method, path, headers, body).await;
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }
}
