//! Merchants' invoices.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

mod accept;
mod cancel;
mod create;
mod customer;
mod explain;
mod filter;
mod get;
mod list;
mod status;
mod totals;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(totals::totals))
        .routes(routes!(customer::customer))
        .routes(routes!(get::get))
        .routes(routes!(status::status))
        .routes(routes!(explain::explain))
        .routes(routes!(cancel::cancel))
        .routes(routes!(accept::accept))
}
