//! A browser without scripts: it keeps a cookie, reads forms and sends them.

use std::collections::HashMap;

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};

use crate::world::World;

/// What came back.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Shown {
    /// The token of the page's forms.
    pub(super) fn token(&self) -> Option<String> {
        let (_, rest) = self.body.split_once("name=\"csrf\" value=\"")?;
        rest.split_once('"').map(|(token, _)| token.to_owned())
    }

    /// Where it leads.
    pub(super) fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What stands between two texts.
    pub(super) fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self.body.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.body));
        rest.split_once(after).unwrap_or_else(|| panic!("no {after} after {before}")).0.to_owned()
    }
}

/// Somebody's browser.
#[derive(Clone)]
pub(super) struct Browser {
    client: reqwest::Client,
    base: String,
    /// The value of its cookie.
    pub(super) cookie: Option<String>,
    /// What it sends besides.
    pub(super) headers: HashMap<&'static str, String>,
    token: String,
}

impl Browser {
    pub(super) fn new(world: &World) -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .expect("a client can be built");
        let headers = HashMap::from([("user-agent", "Firefox/140.0 (Linux)".to_owned())]);
        Self { client, base: world.files.address.clone(), cookie: None, headers, token: String::new() }
    }

    /// Opens a page and remembers the token of its forms.
    pub(super) async fn get(&mut self, path: &str) -> Shown {
        let request = self.client.get(format!("{}{path}", self.base));
        let shown = self.send(request).await;
        self.token = shown.token().unwrap_or_else(|| self.token.clone());
        shown
    }

    /// Sends a form with the token of the last page.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let token = self.token.clone();
        self.post_with(path, &token, fields).await
    }

    /// Sends a form with a token of one's choice; an empty one is left out.
    pub(super) async fn post_with(&mut self, path: &str, token: &str, fields: &[(&str, &str)]) -> Shown {
        let mut all = fields.to_vec();
        if !token.is_empty() {
            all.push(("csrf", token));
        }
        let body: Vec<String> = all.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let request = self.client.post(format!("{}{path}", self.base));
        self.send(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.join("&"))).await
    }

    /// Sends a file in the field `logo`.
    pub(super) async fn upload(&mut self, path: &str, name: &str, kind: &str, bytes: &[u8]) -> Shown {
        let token = self.token.clone();
        self.upload_with(path, &token, (name, kind, bytes)).await
    }

    /// Sends a file, of this name and kind, with a token of one's choice.
    pub(super) async fn upload_with(&mut self, path: &str, token: &str, file: (&str, &str, &[u8])) -> Shown {
        let (name, kind, bytes) = file;
        let mut body = format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--xyz\r\nContent-Disposition: \
             form-data; name=\"logo\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--xyz--\r\n");
        let request = self.client.post(format!("{}{path}", self.base));
        self.send(request.header(CONTENT_TYPE, "multipart/form-data; boundary=xyz").body(body)).await
    }

    async fn send(&mut self, mut request: reqwest::RequestBuilder) -> Shown {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, format!("pepay={cookie}"));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for value in headers.get_all(SET_COOKIE) {
            let text = value.to_str().expect("a cookie is text");
            assert!(text.contains("HttpOnly") && text.contains("SameSite=Lax") && text.contains("Path=/"), "{text}");
            let value = text.strip_prefix("pepay=").and_then(|rest| rest.split(';').next());
            self.cookie = value.map(str::to_owned);
        }
        let body = response.text().await.expect("a page is text");
        Shown { status, headers, body }
    }

    /// Signs in, and shows where that leads.
    pub(super) async fn sign_in(&mut self, email: &str, password: &str) -> Shown {
        self.get("/dashboard/sign-in").await;
        let shown = self.post("/dashboard/sign-in", &[("email", email), ("password", password)]).await;
        if shown.status == 303 {
            self.get("/dashboard/account").await;
        }
        shown
    }
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
