//! The row of an invoice, and both ways between it and the domain.

use pepay_core::id::{InvoiceId, MerchantId, TokenId};
use pepay_core::invoice::{Invoice, Lock, Payer, State, Terms};
use pepay_core::time::Millis;
use sea_orm::entity::prelude::*;

use crate::Error;
use crate::read::Row;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoices")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) merchant_id: i64,
    pub(crate) environment: String,
    pub(crate) amount: i64,
    pub(crate) tolerance_bps: i64,
    pub(crate) description: Option<String>,
    pub(crate) customer_id: Option<String>,
    pub(crate) metadata: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) footer: Option<String>,
    pub(crate) customer_email: Option<String>,
    pub(crate) payment_return_url: Option<String>,
    pub(crate) payment_return_url_enabled: bool,
    pub(crate) receiver_override: Option<Vec<u8>>,
    pub(crate) questions: Option<String>,
    pub(crate) responses: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) status: String,
    pub(crate) ended_at: Option<i64>,
    pub(crate) amount_paid: i64,
    pub(crate) lock_network: Option<String>,
    pub(crate) lock_token: Option<i64>,
    pub(crate) lock_address: Option<Vec<u8>>,
    pub(crate) late: bool,
    pub(crate) payer_address: Option<Vec<u8>>,
    pub(crate) payer_network: Option<String>,
    pub(crate) last_payment_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Invoice {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: super::TABLE, id: &model.id };
        Ok(Self {
            environment: row.environment("environment", &model.environment)?,
            amount: row.usd("amount", model.amount)?,
            tolerance: row.bps("tolerance_bps", model.tolerance_bps)?,
            state: row.need("status", State::parse(&model.status, model.ended_at.map(Millis)))?,
            amount_paid: row.usd("amount_paid", model.amount_paid)?,
            lock: lock(&row, &model)?,
            payer: payer(&row, &model)?,
            terms: Terms {
                receiver_override: row.address_opt("receiver_override", model.receiver_override.as_deref())?,
                description: model.description,
                customer_id: model.customer_id,
                metadata: model.metadata,
                title: model.title,
                footer: model.footer,
                customer_email: model.customer_email,
                payment_return_url: model.payment_return_url,
                payment_return_url_enabled: model.payment_return_url_enabled,
                questions: model.questions,
                responses: model.responses,
            },
            id: InvoiceId::from_uuid(model.id),
            merchant_id: MerchantId(model.merchant_id),
            created_at: Millis(model.created_at),
            expires_at: Millis(model.expires_at),
            late: model.late,
            last_payment_at: model.last_payment_at.map(Millis),
        })
    }
}

fn lock(row: &Row<'_>, model: &Model) -> Result<Option<Lock>, Error> {
    let Some(network) = &model.lock_network else {
        return Ok(None);
    };
    let address = row.need("lock_address", model.lock_address.as_deref())?;
    Ok(Some(Lock {
        network: row.network("lock_network", network)?,
        token: TokenId(row.need("lock_token", model.lock_token)?),
        address: row.address("lock_address", address)?,
    }))
}

fn payer(row: &Row<'_>, model: &Model) -> Result<Option<Payer>, Error> {
    let Some(network) = &model.payer_network else {
        return Ok(None);
    };
    Ok(Some(Payer {
        address: row.address_opt("payer_address", model.payer_address.as_deref())?,
        network: row.network("payer_network", network)?,
    }))
}

impl From<&Invoice> for Model {
    fn from(invoice: &Invoice) -> Self {
        let (terms, lock, payer) = (&invoice.terms, invoice.lock.as_ref(), invoice.payer.as_ref());
        Self {
            id: invoice.id.uuid(),
            merchant_id: invoice.merchant_id.0,
            environment: invoice.environment.as_str().to_owned(),
            amount: invoice.amount.get(),
            tolerance_bps: i64::from(invoice.tolerance.get()),
            description: terms.description.clone(),
            customer_id: terms.customer_id.clone(),
            metadata: terms.metadata.clone(),
            title: terms.title.clone(),
            footer: terms.footer.clone(),
            customer_email: terms.customer_email.clone(),
            payment_return_url: terms.payment_return_url.clone(),
            payment_return_url_enabled: terms.payment_return_url_enabled,
            receiver_override: terms.receiver_override.map(|address| address.bytes().to_vec()),
            questions: terms.questions.clone(),
            responses: terms.responses.clone(),
            created_at: invoice.created_at.0,
            expires_at: invoice.expires_at.0,
            status: invoice.state.as_str().to_owned(),
            ended_at: invoice.state.ended_at().map(|at| at.0),
            amount_paid: invoice.amount_paid.get(),
            lock_network: lock.map(|lock| lock.network.to_string()),
            lock_token: lock.map(|lock| lock.token.0),
            lock_address: lock.map(|lock| lock.address.bytes().to_vec()),
            late: invoice.late,
            payer_address: payer.and_then(|payer| payer.address).map(|address| address.bytes().to_vec()),
            payer_network: payer.map(|payer| payer.network.to_string()),
            last_payment_at: invoice.last_payment_at.map(|at| at.0),
        }
    }
}
