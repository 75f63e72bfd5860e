//! Which tokens a merchant's payors may use.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

mod block;
mod list;
mod search;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list)).routes(routes!(search::search)).routes(routes!(block::block))
}
