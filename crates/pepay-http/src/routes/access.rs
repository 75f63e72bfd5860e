//! Environments and the gate before mainnet.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

mod activate;
mod environment;
mod status;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(status::status))
        .routes(routes!(activate::activate))
        .routes(routes!(environment::environment))
}
