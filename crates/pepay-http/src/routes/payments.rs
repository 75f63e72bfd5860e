//! What a payor can do with its session.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

mod address;
mod email;
mod questions;
mod session;
mod status;
mod tokens;

pub(crate) use address::stream_token as payor_stream_token;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(session::details))
        .routes(routes!(tokens::available))
        .routes(routes!(address::create))
        .routes(routes!(status::status))
        .routes(routes!(email::set, email::get))
        .routes(routes!(questions::get))
        .routes(routes!(questions::submit))
}
