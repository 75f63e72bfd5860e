//! Where a merchant's money goes.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

mod activate;
mod add;
mod delete;
mod list;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, add::add))
        .routes(routes!(activate::activate))
        .routes(routes!(delete::delete))
}
