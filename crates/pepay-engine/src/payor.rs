//! What a payor can do with its session: see, choose, be quoted, answer.

use std::collections::HashSet;

use pepay_core::event::Type;
use pepay_core::id::{QuoteId, TokenId};
use pepay_core::invoice::Invoice;
use pepay_core::merchant::Merchant;
use pepay_core::network::{Environment, Network, NetworkId};
use pepay_core::quote::{self, Quote};
use pepay_core::settlement::Deposit;
use pepay_core::token::Token;
use pepay_store::db::Tx;
use pepay_store::event;
use pepay_wire::{Availability, Code, PaymentAddress, QuoteStatusCode, TokenOption, Usd};

use crate::auth::Session;
use crate::judge::Bench;
use crate::rates::Answer;
use crate::{Engine, Error, Origin};

mod branding;
mod checkout;
pub use branding::SignedReturn;
pub use checkout::{Checkout, SHOWN, Seen};

/// Which tokens to list (contract section 4, `mode`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Those payments are looked for in.
    #[default]
    Monitored,
    /// Also those that cannot be paid in now.
    All,
    /// Those of one network.
    Network(String),
}

impl Engine {
    /// What the payor is asked to pay, by when, and where the rest must go.
    pub async fn session_details(&self, session: &Session) -> Result<pepay_wire::SessionDetails, Error> {
        let invoice = session.live()?;
        let merchant = self.merchant(invoice.merchant_id).await?;
        Ok(pepay_wire::SessionDetails::new(invoice, &merchant, self.now()))
    }

    /// The tokens the payor may choose from: only the locked one once a partial payment was confirmed.
    pub async fn available_tokens(
        &self,
        session: &Session,
        mode: &Mode,
        available_only: bool,
    ) -> Result<Vec<TokenOption>, Error> {
        let invoice = session.live()?;
        if let Mode::Network(name) = mode {
            self.network_named(invoice.environment, name)?;
        }
        let merchant = self.merchant(invoice.merchant_id).await?;
        let blocked = pepay_store::token_block::list(self.db().read(), invoice.merchant_id).await?;
        let mut options = Vec::new();
        for token in self.catalogue().tokens_of(invoice.environment) {
            let listed = match mode {
                Mode::Monitored => token.active,
                Mode::All => true,
                Mode::Network(name) => token.active && token.network.name() == name,
            };
            if !listed || !choosable(invoice, &merchant, &blocked, token) {
                continue;
            }
            let option = self.option(invoice, token).await?;
            let available = matches!(option.availability_status, Availability::Devnet | Availability::Available);
            if available || !available_only {
                options.push(option);
            }
        }
        Ok(options)
    }

    async fn option(&self, invoice: &Invoice, token: &Token) -> Result<TokenOption, Error> {
        let now = self.now();
        let read = pepay_store::chain::cursor(self.db().read(), &token.network).await?.is_some();
        let (availability, rate, reason) = match self.0.rates.of(token.id, now) {
            Answer::Missing => (Availability::QuoteRequired, None, Some("there is no rate for this token")),
            Answer::Stale(quoted) => {
                (Availability::Stale, Some((quoted.rate, quoted.at.unwrap_or(now))), Some("the last rate is too old"))
            }
            Answer::Fresh(quoted) if !read => {
                let reason = "this network has not been read yet";
                (Availability::QuoteRequired, Some((quoted.rate, quoted.at.unwrap_or(now))), Some(reason))
            }
            Answer::Fresh(quoted) => {
                let status = match invoice.environment {
                    Environment::Devnet => Availability::Devnet,
                    Environment::Mainnet => Availability::Available,
                };
                (status, Some((quoted.rate, quoted.at.unwrap_or(now))), None)
            }
        };
        let settles_as = self.merchant(invoice.merchant_id).await?.settlement_token;
        Ok(TokenOption {
            unavailable_reason: reason.map(str::to_owned),
            is_same_token_settlement: settles_as == Some(token.id),
            ..TokenOption::new(token, availability, rate)
        })
    }

    /// Quotes what remains in one token and gives the address to pay to. Asking again quotes again; the address of
    /// an invoice on a network stays the same and stays watched. `InvoiceExpired`, `InvoiceAlreadyPaid`,
    /// `TokenNotFound` or `Rejected` when the choice is not open; an answer without a quote when it is open and
    /// there is no fresh rate, nobody to receive the money, or the network is not being read.
    pub async fn payment_address(
        &self,
        session: &Session,
        network: &str,
        token: TokenId,
    ) -> Result<PaymentAddress, Error> {
        let invoice = session.live()?;
        self.check_payable(invoice)?;
        let network = self.network_named(invoice.environment, network)?;
        let token = self.chosen_token(invoice, network, token).await?;
        let usd = Usd(invoice.amount_remaining());
        let read = pepay_store::chain::cursor(self.db().read(), &network.id).await?.is_some();
        let Some(rate) = self.0.rates.of(token.id, self.now()).fresh().filter(|_| read) else {
            return Ok(PaymentAddress::unavailable(token, None, usd, QuoteStatusCode::QuoteUnavailable));
        };
        let Some(deposit) = self.deposit_for(invoice, network, token.asset).await? else {
            return Ok(PaymentAddress::unavailable(token, None, usd, QuoteStatusCode::SettlementUnavailable));
        };
        let tx = self.db().begin("payor.payment_address").await?;
        let (deposit, quote) = self.quote(&tx, invoice, token, deposit, rate).await?;
        let answer = PaymentAddress::quoted(deposit.address, &quote, token.decimals);
        pepay_store::event::append(&tx, self.now(), &[quoted(invoice, &answer)]).await?;
        tx.commit().await?;
        Ok(answer)
    }

    /// Stores the address and a quote of what remains, once the invoice as it is now still takes payments.
    async fn quote(
        &self,
        tx: &Tx,
        invoice: &Invoice,
        token: &Token,
        deposit: Deposit,
        rate: crate::rates::Quoted,
    ) -> Result<(Deposit, Quote), Error> {
        let now = self.now();
        let invoice = pepay_store::invoice::lock(tx, invoice.id).await?.ok_or(Error::InvoiceNotFound)?;
        self.check_payable(&invoice)?;
        check_lock(&invoice, token)?;
        let request = quote::Request {
            id: self.random(|rng| QuoteId::generate(now, rng)),
            invoice_id: invoice.id,
            network: token.network.clone(),
            token: token.id,
            decimals: token.decimals,
            usd: invoice.amount_remaining(),
        };
        let quote = Quote::price(request, rate.rate, rate.source, now)?;
        // Whoever asked at the same moment may have been first; an invoice has one address on a network.
        let earlier = pepay_store::deposit::by_invoice(&**tx, invoice.id).await?;
        let earlier = earlier.into_iter().find(|earlier| earlier.network == deposit.network);
        let deposit = match earlier {
            Some(earlier) => Deposit { native: deposit.native || earlier.native, ..earlier },
            None => deposit,
        };
        pepay_store::deposit::insert(tx, &deposit).await?;
        pepay_store::quote::insert(tx, &quote).await?;
        Ok((deposit, quote))
    }

    fn check_payable(&self, invoice: &Invoice) -> Result<(), Error> {
        if invoice.is_payable(self.now()) {
            return Ok(());
        }
        match invoice.state {
            pepay_core::invoice::State::Paid { .. } => Err(Error::InvoiceAlreadyPaid),
            pepay_core::invoice::State::Canceled { .. } => {
                Err(Error::rejected(Code::InvoiceCanceled, "", Code::InvoiceCanceled.message()))
            }
            pepay_core::invoice::State::Unpaid
            | pepay_core::invoice::State::Underpaid
            | pepay_core::invoice::State::Expired { .. } => Err(Error::InvoiceExpired),
        }
    }

    fn network_named(&self, environment: Environment, name: &str) -> Result<&Network, Error> {
        let id = NetworkId::new(environment, name);
        self.catalogue().network(&id).ok_or_else(|| {
            let elsewhere = self.catalogue().networks().iter().any(|network| network.id.name() == name);
            let (code, message) = if elsewhere {
                (Code::NetworkNotEnabled, format!("network {name} is not enabled on {environment}"))
            } else {
                (Code::NetworkNotSupported, format!("network {name:.64} is not supported"))
            };
            Error::rejected(code, "/network", message)
        })
    }

    async fn chosen_token(&self, invoice: &Invoice, network: &Network, id: TokenId) -> Result<&Token, Error> {
        let refuse = |message: &str| Err(Error::rejected(Code::TokenNotSupported, "/tokenId", message));
        let Some(token) = self.catalogue().token(id).filter(|token| token.network == network.id) else {
            return refuse("tokenId is no token of this network");
        };
        check_lock(invoice, token)?;
        let merchant = self.merchant(invoice.merchant_id).await?;
        let blocked = pepay_store::token_block::list(self.db().read(), invoice.merchant_id).await?;
        if !choosable(invoice, &merchant, &blocked, token) {
            return refuse("the merchant does not accept this token");
        }
        Ok(token)
    }

    /// Where the invoice stands.
    pub fn payment_status(&self, session: &Session) -> Result<pepay_wire::PaymentStatus, Error> {
        Ok(pepay_wire::PaymentStatus::new(session.live()?))
    }

    /// Sets where the receipt goes. `InvoiceAlreadyPaid` (400) and `InvoiceExpired` (410) once that is too late.
    pub async fn set_customer_email(&self, session: &Session, email: String, origin: &Origin) -> Result<(), Error> {
        self.check_payable(&session.invoice)?;
        self.change_terms(session, origin, |terms| terms.customer_email = Some(email)).await
    }

    /// Where the receipt goes.
    pub fn customer_email(&self, session: &Session) -> Result<Option<String>, Error> {
        Ok(session.live()?.terms.customer_email.clone())
    }

    /// What the merchant asks.
    pub fn questions(&self, session: &Session) -> Result<Option<pepay_wire::Questions>, Error> {
        let invoice = session.live()?;
        Ok(invoice.terms.questions.as_deref().and_then(pepay_wire::Questions::from_stored))
    }

    /// Stores the payor's answers. `Rejected` when one is missing, unknown or of the wrong type.
    pub async fn submit_form(
        &self,
        session: &Session,
        form: &pepay_wire::SubmitForm,
        origin: &Origin,
    ) -> Result<(), Error> {
        self.check_payable(&session.invoice)?;
        let Some(questions) = self.questions(session)? else {
            return Err(Error::rejected(Code::ValidationError, "/responses", "this invoice asks no questions"));
        };
        let responses = questions.check(form).map_err(Error::Rejected)?;
        self.change_terms(session, origin, |terms| terms.responses = Some(responses)).await
    }

    async fn change_terms(
        &self,
        session: &Session,
        origin: &Origin,
        change: impl FnOnce(&mut pepay_core::invoice::Terms),
    ) -> Result<(), Error> {
        let tx = self.db().begin("payor.change_terms").await?;
        let before = pepay_store::invoice::lock(&tx, session.invoice.id).await?.ok_or(Error::InvoiceNotFound)?;
        self.check_payable(&before)?;
        let mut after = before.clone();
        change(&mut after.terms);
        let mut bench = Bench::new(&tx, self.catalogue(), self.now()).caused_by(origin);
        bench.save_invoice(&before, &after).await?;
        bench.close().await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What other windows of the same payor are told.
fn quoted(invoice: &Invoice, answer: &PaymentAddress) -> event::New {
    event::New {
        kind: Type::QuoteUpdated,
        merchant_id: invoice.merchant_id,
        environment: invoice.environment,
        invoice_id: invoice.id,
        customer_id: None,
        request_id: None,
        idempotency_key: None,
        data: pepay_wire::quote_data(invoice.id, answer),
    }
}

fn choosable(invoice: &Invoice, merchant: &Merchant, blocked: &HashSet<TokenId>, token: &Token) -> bool {
    match &invoice.lock {
        // What was begun in a token may be finished in it, whatever the merchant blocked since.
        Some(lock) => lock.token == token.id,
        None => merchant.accepts(token, blocked.contains(&token.id)),
    }
}

fn check_lock(invoice: &Invoice, token: &Token) -> Result<(), Error> {
    match &invoice.lock {
        Some(lock) if lock.token != token.id => {
            let message =
                format!("a partial payment locked this invoice to token {} on {}", lock.token, lock.network.name());
            // Of the two choices, the first that has to change.
            let elsewhere = lock.network != token.network;
            let (code, param) =
                if elsewhere { (Code::NetworkNotEnabled, "/network") } else { (Code::TokenNotSupported, "/tokenId") };
            Err(Error::rejected(code, param, message))
        }
        Some(_) | None => Ok(()),
    }
}
