//! Which invoices a list or a sum is about.

use pepay_core::address::Address;
use pepay_core::network::{Environment, NetworkId};
use pepay_engine::auth::Caller;
use pepay_engine::invoice::Filter;
use pepay_wire::Code;
use utoipa::IntoParams;

use crate::app::App;
use crate::problem::ApiError;
use crate::query::{Query, invalid};
use crate::scope;

const STATUSES: [&str; 5] = ["unpaid", "underpaid", "paid", "expired", "canceled"];

/// The filters of sums.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; the parser reads it one parameter at a time")]
pub(super) struct TotalsParams {
    /// Comma list of `unpaid`, `underpaid`, `paid`, `expired`, `canceled`.
    status: Option<String>,
    /// `standard`.
    invoice_type: Option<String>,
    /// The merchant's own id of the customer.
    customer_id: Option<String>,
    /// `devnet` or `mainnet`; the credential's own when absent.
    environment: Option<String>,
    /// Created at or after: date-time (RFC 3339), date, or epoch seconds.
    created_gte: Option<String>,
    /// Created at or before, likewise.
    created_lte: Option<String>,
}

/// The filters of lists, and which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; the parser reads it one parameter at a time")]
pub(super) struct ListParams {
    /// Comma list of `unpaid`, `underpaid`, `paid`, `expired`, `canceled`.
    status: Option<String>,
    /// `standard`.
    invoice_type: Option<String>,
    /// The merchant's own id of the customer.
    customer_id: Option<String>,
    /// `devnet` or `mainnet`; the credential's own when absent.
    environment: Option<String>,
    /// Created at or after: date-time (RFC 3339), date, or epoch seconds.
    created_gte: Option<String>,
    /// Created at or before, likewise.
    created_lte: Option<String>,
    /// Last paid by this address; needs `payer_wallet_network`.
    payer_wallet_address: Option<String>,
    /// The network of that address, such as `base`.
    payer_wallet_network: Option<String>,
    /// Objects in a page.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<u32>,
    /// Only what is older than this invoice.
    starting_after: Option<String>,
    /// Only what is newer than this invoice.
    ending_before: Option<String>,
    /// Comma list of `latest_payment`, `payments`.
    expand: Option<String>,
    /// Payments of each invoice, when expanded.
    #[param(minimum = 1, maximum = 100, default = 10)]
    payments_limit: Option<u32>,
}

pub(super) async fn read(app: &App, caller: &Caller, query: &Query) -> Result<Filter, ApiError> {
    let environment = scope::environment(app, caller, query).await?;
    query.parse("invoice_type", "standard", |text| (text == "standard").then_some(()))?;
    let statuses = query.parse("status", "a comma list of invoice statuses", statuses)?;
    Ok(Filter {
        statuses: statuses.unwrap_or_default(),
        customer_id: query.customer()?,
        created: query.created("created_gte", "created_lte")?,
        payer: payer(app, environment, query)?,
        ..Filter::of(caller.merchant, environment)
    })
}

fn statuses(text: &str) -> Option<Vec<&'static str>> {
    let known = |word: &str| STATUSES.into_iter().find(|status| *status == word);
    let mut statuses = text.split(',').map(|word| known(word.trim())).collect::<Option<Vec<_>>>()?;
    statuses.sort_unstable();
    statuses.dedup();
    Some(statuses)
}

fn payer(app: &App, environment: Environment, query: &Query) -> Result<Option<(Address, NetworkId)>, ApiError> {
    let (address, network) = match (query.get("payer_wallet_address"), query.get("payer_wallet_network")) {
        (None, None) => return Ok(None),
        (Some(address), Some(network)) => (address, network),
        (address, _) => {
            let missing = if address.is_none() { "payer_wallet_address" } else { "payer_wallet_network" };
            let message = "payer_wallet_address and payer_wallet_network belong together";
            return Err(invalid(Code::ValidationError, missing, message));
        }
    };
    let id = NetworkId::new(environment, network);
    let known = app.engine.catalogue().network(&id).ok_or_else(|| {
        invalid(Code::NetworkNotSupported, "payer_wallet_network", Code::NetworkNotSupported.message())
    })?;
    let address = Address::parse(known.kind, address)
        .map_err(|error| invalid(Code::ValidationError, "payer_wallet_address", error.to_string()))?;
    Ok(Some((address, id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_known_words_each_once() {
        assert_eq!(statuses("paid"), Some(vec!["paid"]));
        assert_eq!(statuses("unpaid, paid,paid"), Some(vec!["paid", "unpaid"]));
        assert_eq!(statuses("paid,refunded"), None);
        assert_eq!(statuses(","), None);
    }
}
