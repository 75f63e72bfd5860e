//! Quotes: what an invoice costs in one token, for five minutes.
//!
//! A quote is kept for good, because the payments it led to are valued by it.

use crate::id::{InvoiceId, QuoteId, TokenId};
use crate::money::{self, BaseUnits, Rate, UsdMillis};
use crate::network::NetworkId;
use crate::time::Millis;

/// How long a quote may be relied on: 300 s (contract section 4).
pub const VALIDITY_MS: i64 = 300_000;
/// How far a block's clock and mining delay may set a payment apart from its quote.
pub const CLOCK_SLACK_MS: i64 = 60_000;

/// A price given to a payor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Its id.
    pub id: QuoteId,
    /// The invoice it prices.
    pub invoice_id: InvoiceId,
    /// The network to pay on.
    pub network: NetworkId,
    /// The token to pay in.
    pub token: TokenId,
    /// What remained to be paid when it was made.
    pub usd: UsdMillis,
    /// The same in base units of the token, rounded up.
    pub units: BaseUnits,
    /// The rate used.
    pub rate: Rate,
    /// Where the rate came from, such as `fixed` or `median(coinbase,kraken)`.
    pub source: String,
    /// When it was made.
    pub created_at: Millis,
    /// The last instant it may be relied on.
    pub valid_until: Millis,
}

/// What a new quote is made of.
#[derive(Clone, Debug)]
pub struct Request {
    /// The new quote's id.
    pub id: QuoteId,
    /// The invoice it prices.
    pub invoice_id: InvoiceId,
    /// The network to pay on.
    pub network: NetworkId,
    /// The token to pay in.
    pub token: TokenId,
    /// Decimal places of the token.
    pub decimals: u8,
    /// What remains to be paid; must not be zero.
    pub usd: UsdMillis,
}

impl Quote {
    /// Prices `request` at `rate`; `money::Error::Overflow` when the amount fits no 256-bit integer.
    pub fn price(request: Request, rate: Rate, source: String, now: Millis) -> Result<Self, money::Error> {
        Ok(Self {
            id: request.id,
            invoice_id: request.invoice_id,
            network: request.network,
            token: request.token,
            usd: request.usd,
            units: rate.units_for_ceil(request.usd, request.decimals)?,
            rate,
            source,
            created_at: now,
            valid_until: now.plus_ms(VALIDITY_MS),
        })
    }

    /// What `units` of the token are worth by this quote, rounded down. Paying exactly what was quoted is worth
    /// exactly the quoted dollars.
    pub fn value_of(&self, units: BaseUnits) -> Result<UsdMillis, money::Error> {
        money::proportional_floor(units, self.usd, self.units)
    }

    /// Whether it may be relied on at `at`.
    pub fn covers(&self, at: Millis) -> bool {
        self.created_at <= at && at <= self.valid_until
    }

    /// Whether a payment in a block of time `at` may honestly have been made by it: block clocks differ from ours,
    /// and a transaction sent in time may be mined a little late.
    pub fn honours(&self, at: Millis) -> bool {
        self.created_at <= at.plus_ms(CLOCK_SLACK_MS) && at <= self.valid_until.plus_ms(CLOCK_SLACK_MS)
    }
}

/// The quote that values a payment in `token` on `network` first seen at `at`: the latest that covered that moment,
/// else the nearest that honours it, else the latest made before it, else the earliest of all. Ask
/// [`Quote::honours`] whether it had lapsed. `None` only when the token was never quoted.
pub fn in_force<'a>(quotes: &'a [Quote], network: &NetworkId, token: TokenId, at: Millis) -> Option<&'a Quote> {
    let fitting = || quotes.iter().filter(|quote| quote.token == token && quote.network == *network);
    fitting()
        .filter(|quote| quote.covers(at))
        .max_by_key(|quote| quote.created_at)
        .or_else(|| {
            fitting().filter(|quote| quote.honours(at)).min_by_key(|quote| quote.created_at.since(at).unsigned_abs())
        })
        .or_else(|| fitting().filter(|quote| quote.created_at <= at).max_by_key(|quote| quote.created_at))
        .or_else(|| fitting().min_by_key(|quote| quote.created_at))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::network::Environment;

    fn quote(created_at: i64) -> Quote {
        let mut rng = StdRng::seed_from_u64(u64::try_from(created_at).unwrap());
        let request = Request {
            id: QuoteId::generate(Millis(created_at), &mut rng),
            invoice_id: InvoiceId::generate(Millis(0), &mut rng),
            network: NetworkId::new(Environment::Devnet, "base"),
            token: TokenId(1),
            decimals: 6,
            usd: UsdMillis::new(10_000).unwrap(),
        };
        Quote::price(request, Rate::ONE, "fixed".to_owned(), Millis(created_at)).unwrap()
    }

    #[test]
    fn an_exact_payment_is_worth_exactly_the_price() {
        let quote = quote(0);
        assert_eq!(quote.units.to_string(), "10000000");
        assert_eq!(quote.value_of(quote.units), Ok(quote.usd));
    }

    #[test]
    fn the_quote_in_force_is_the_one_the_payor_looked_at() {
        let quotes = [quote(1_000_000), quote(1_200_000), quote(2_000_000)];
        let base = NetworkId::new(Environment::Devnet, "base");
        let at = |at| in_force(&quotes, &base, TokenId(1), Millis(at)).map(|quote| quote.created_at.0);
        assert_eq!(at(1_100_000), Some(1_000_000));
        assert_eq!(at(1_250_000), Some(1_200_000));
        assert_eq!(at(999_000), Some(1_000_000), "the block clock runs behind");
        assert_eq!(at(1_520_000), Some(1_200_000), "mined a little late");
        assert_eq!(at(1_900_000), Some(1_200_000), "long lapsed");
        assert_eq!(at(1), Some(1_000_000));
        assert_eq!(in_force(&quotes, &base, TokenId(2), Millis(1_100_000)), None);
        assert!(!quotes[1].honours(Millis(1_900_000)) && quotes[1].honours(Millis(1_520_000)));
    }
}
