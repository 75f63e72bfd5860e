//! `pepay openapi`: the description of the API, as the server gives it at `/openapi.json`.

pub(super) fn run() -> anyhow::Result<()> {
    super::say(pepay_http::openapi::json().trim_end())
}
