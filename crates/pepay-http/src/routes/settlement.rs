//! What a merchant accepts and settles in.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

mod get;
mod prefer;
mod token;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get::get, prefer::prefer)).routes(routes!(token::token))
}
