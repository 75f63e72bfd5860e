//! The triggers, one function each: what is done, and how the invoice must stand in the end.

use anyhow::{Context as _, ensure};
use pepay_core::money::BaseUnits;
use pepay_engine::clock::{Clock as _, SystemClock};
use serde_json::Value;

use super::{Blackout, Stage, Story};
use crate::installation::Token;

/// For a payor in no hurry.
const HOUR_MS: i64 = 3_600_000;
/// Time to choose a token, on a busy machine too.
const SHORT_MS: i64 = 4_000;
/// Time to choose, and for a block with the payment.
const BLACKOUT_MS: i64 = 8_000;
/// How much longer than the invoice the other one lives whose end proves that the first was judged.
const CANARY_MS: i64 = 500;

impl Stage<'_> {
    pub(super) async fn paid(&self) -> anyhow::Result<Story<'_>> {
        let (mut story, invoice) = self.create(HOUR_MS).await?;
        let quote = self.choose(&mut story, &invoice).await?;
        self.pay(&mut story, &quote, quote.units).await?;
        story.until("it to be paid", |read| is(read, "paid") && read["safe_to_fulfill"] == true).await?;
        Ok(story)
    }

    pub(super) async fn underpaid(&self) -> anyhow::Result<Story<'_>> {
        let (mut story, invoice) = self.create(HOUR_MS).await?;
        let quote = self.choose(&mut story, &invoice).await?;
        let half = quote.units.get() / alloy_primitives::U256::from(2);
        self.pay(&mut story, &quote, BaseUnits::new(half)).await?;
        story.until("it to be underpaid", |read| is(read, "underpaid")).await?;
        story.step("The invoice is locked to this token and address: the rest is to be paid there")?;
        Ok(story)
    }

    pub(super) async fn overpaid(&self) -> anyhow::Result<Story<'_>> {
        let (mut story, invoice) = self.create(HOUR_MS).await?;
        let quote = self.choose(&mut story, &invoice).await?;
        self.pay(&mut story, &quote, quote.units.checked_add(quote.units)?).await?;
        let overpaid = |read: &Value| is(read, "paid") && read["exception"] == "paid_over";
        let read = story.until("it to be overpaid", overpaid).await?;
        let over = read["amount_overpaid_decimal"].as_str().unwrap_or_default();
        story.step(&format!("{over} USD more than asked came in; it stays paid, and the rest is yours to refund"))?;
        Ok(story)
    }

    pub(super) async fn expired(&self) -> anyhow::Result<Story<'_>> {
        let (mut story, invoice) = self.create(SHORT_MS).await?;
        self.choose(&mut story, &invoice).await?;
        story.step("Nobody pays")?;
        story.until("it to expire", |read| is(read, "expired")).await?;
        Ok(story)
    }

    pub(super) async fn late(&self) -> anyhow::Result<Story<'_>> {
        let (mut story, invoice) = self.create(SHORT_MS).await?;
        let quote = self.choose(&mut story, &invoice).await?;
        story.until("it to expire", |read| is(read, "expired")).await?;
        self.pay(&mut story, &quote, quote.units).await?;
        let late = |read: &Value| {
            let payment = &read["payments"][0];
            read["exception"] == "paid_late" && payment["late"] == true && !payment["confirmed_at"].is_null()
        };
        story.until("the late payment to be confirmed", late).await?;
        story.step("The money is at its address and yours to accept or refund; the invoice stays expired")?;
        Ok(story)
    }

    pub(super) async fn reorged(&self) -> anyhow::Result<Story<'_>> {
        let (mut story, invoice) = self.create(HOUR_MS).await?;
        let quote = self.choose(&mut story, &invoice).await?;
        let paid = self.pay(&mut story, &quote, quote.units).await?;
        story.until("it to be paid", |read| is(read, "paid") && read["safe_to_fulfill"] == true).await?;
        let depth = self.payor.devnet().reorganise_away(paid.transaction).await?;
        story.step(&format!("The chain replaced its last {depth} blocks by others without the payment"))?;
        let reverted = |read: &Value| read["exception"] == "reverted" && read["safe_to_fulfill"] == false;
        story.until("the payment to be withdrawn", reverted).await?;
        story.step("It stays paid, but is not safe to fulfill any more: that is the field to ship by")?;
        Ok(story)
    }

    pub(super) async fn wrong_token(&self) -> anyhow::Result<Story<'_>> {
        let (mut story, invoice) = self.create(HOUR_MS).await?;
        let quote = self.choose(&mut story, &invoice).await?;
        let is_other = |token: &&Token| token.address.is_some() && token.id != self.token.id;
        let (symbol, paid) = match self.network.tokens.iter().find(is_other) {
            Some(other) => (other.symbol.as_str(), self.payor.pay(other, quote.address, self.worth(other)?).await?),
            None => self.payor.pay_unlisted(quote.address, self.dollars()?).await?,
        };
        story.step(&format!(
            "Sent {symbol} instead of {} in block {}, transaction {:#x}",
            self.token.symbol, paid.block, paid.transaction
        ))?;
        let transaction = format!("{:#x}", paid.transaction);
        let rule = |explained: &Value| {
            let transfers = explained["transfers"].as_array()?;
            let ours = transfers.iter().find(|transfer| transfer["tx_hash"] == transaction.as_str())?;
            Some((ours["rule"].as_str()?.to_owned(), ours["explanation"].as_str()?.to_owned()))
        };
        let (rule, explanation) = story.until_explained("the transfer to be explained", rule).await?;
        story.step(&format!("Seen, and not counted: {rule}. {explanation}"))?;
        ensure!(rule.starts_with("token_not_"), "the transfer was to be refused for its token, and the rule is {rule}");
        story.until("it to be unpaid", |read| is(read, "unpaid")).await?;
        Ok(story)
    }

    pub(super) async fn rpc_blackout(&self) -> anyhow::Result<Story<'_>> {
        let (mut story, invoice) = self.create(BLACKOUT_MS).await?;
        let quote = self.choose(&mut story, &invoice).await?;
        let blackout = Blackout::begin(self.network).await?;
        story.step(&format!("Cut the server's line to {}", self.network.name))?;
        self.pay(&mut story, &quote, quote.units).await?;
        self.outlive(&mut story, invoice.expires_at).await?;
        let read = story.until("it to be read", |_| true).await?;
        ensure!(is(&read, "unpaid"), "the invoice became {} in blind time", read["status"]);
        ensure!(read["payments"].as_array().is_some_and(Vec::is_empty), "the server saw through the blackout");
        story.step("The end has passed, and the invoice waits: what the server could not see may have been paid")?;
        blackout.end();
        story.step("Mended the line")?;
        story.until("it to be paid", |read| is(read, "paid") && read["safe_to_fulfill"] == true).await?;
        Ok(story)
    }

    /// Waits until every invoice that ended at `expires_at` (epoch seconds) or before has been judged: another one,
    /// which nobody can have paid, ends a little later, and does not wait for any chain.
    async fn outlive(&self, story: &mut Story<'_>, expires_at: i64) -> anyhow::Result<()> {
        let left_ms = expires_at.saturating_mul(1_000).saturating_sub(SystemClock.now().0).max(0);
        let canary = self.merchant.create(self.amount, left_ms.saturating_add(CANARY_MS)).await?;
        Story::new(&self.merchant, canary.id.clone()).until_quietly("another invoice to expire", "expired").await?;
        story.step(&format!(
            "Invoice {}, which nobody chose a chain for, ended after this one and has expired",
            canary.id
        ))
    }

    /// As much of `token` as the invoice asks in dollars.
    fn worth(&self, token: &Token) -> anyhow::Result<BaseUnits> {
        let unit = 10_u128.checked_pow(u32::from(token.decimals)).context("too many decimals")?;
        let units = u128::from(self.dollars()?).checked_mul(unit).context("too many tokens")?;
        Ok(BaseUnits::from_u128(units))
    }

    fn dollars(&self) -> anyhow::Result<u64> {
        Ok(u64::try_from(self.amount.get())?.div_ceil(1_000))
    }
}

fn is(invoice: &Value, status: &str) -> bool {
    invoice["status"] == status
}
