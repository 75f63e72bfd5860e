//! Endpoints. Secrets are stored sealed; every read of a merchant's names the merchant.

use pepay_core::id::{EndpointId, MerchantId};
use pepay_core::network::Environment;
use pepay_core::page::{self as core_page, Page, Slice};
use pepay_core::time::Millis;
use pepay_core::webhook::{Asked, Breaker, DisabledReason, Endpoint, Health, Previous, Sealed, Status, Subscription};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};

use crate::Error;
use crate::db::Tx;
use crate::page;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_endpoints")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) merchant_id: i64,
        pub(crate) environment: Option<String>,
        pub(crate) url: String,
        pub(crate) description: Option<String>,
        pub(crate) enabled_events: String,
        pub(crate) disabled_at: Option<i64>,
        pub(crate) disabled_reason: Option<String>,
        pub(crate) failures: i64,
        pub(crate) trips: i64,
        pub(crate) open_until: Option<i64>,
        pub(crate) failing_since: Option<i64>,
        pub(crate) secret: Vec<u8>,
        pub(crate) secret_version: i64,
        pub(crate) previous_secret: Option<Vec<u8>>,
        pub(crate) previous_until: Option<i64>,
        pub(crate) after_seq: i64,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
        pub(crate) created_by: Option<Vec<u8>>,
        pub(crate) rotated_by: Option<Vec<u8>>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "webhook_endpoints";

impl TryFrom<Model> for Endpoint {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let id = EndpointId::from_uuid(model.id);
        let row = Row { table: TABLE, id: &id };
        let status = match (model.disabled_at, model.disabled_reason.as_deref()) {
            (Some(at), Some(reason)) => {
                let reason = row.need("disabled_reason", DisabledReason::parse(reason))?;
                Status::Disabled { at: Millis(at), reason }
            }
            _ => Status::Enabled,
        };
        let breaker = match model.open_until {
            Some(until) => Breaker::Open { until: Millis(until), trips: row.int("trips", model.trips)? },
            None => Breaker::Closed { failures: row.int("failures", model.failures)? },
        };
        let previous = model.previous_secret.zip(model.previous_until);
        let hash = |column, bytes: Option<Vec<u8>>| bytes.map(|bytes| row.hash(column, &bytes)).transpose();
        Ok(Self {
            id,
            merchant_id: MerchantId(model.merchant_id),
            environment: model.environment.map(|text| row.environment("environment", &text)).transpose()?,
            url: model.url,
            description: model.description,
            subscription: Subscription::stored(&model.enabled_events),
            status,
            health: Health { breaker, failing_since: model.failing_since.map(Millis) },
            secret: Sealed::from_bytes(model.secret),
            secret_version: row.int("secret_version", model.secret_version)?,
            previous: previous
                .map(|(sealed, until)| Previous { sealed: Sealed::from_bytes(sealed), until: Millis(until) }),
            after_seq: model.after_seq,
            created_at: Millis(model.created_at),
            updated_at: Millis(model.updated_at),
            asked: Asked {
                created_by: hash("created_by", model.created_by)?,
                rotated_by: hash("rotated_by", model.rotated_by)?,
            },
        })
    }
}

/// The columns of a breaker: failures, trips, end of the pause.
fn breaker(health: &Health) -> (i64, i64, Option<i64>) {
    match health.breaker {
        Breaker::Closed { failures } => (i64::from(failures), 0, None),
        Breaker::Open { until, trips } => (0, i64::from(trips), Some(until.0)),
    }
}

impl From<&Endpoint> for Model {
    fn from(endpoint: &Endpoint) -> Self {
        let (failures, trips, open_until) = breaker(&endpoint.health);
        let disabled = match endpoint.status {
            Status::Enabled => None,
            Status::Disabled { at, reason } => Some((at.0, reason.as_str().to_owned())),
        };
        let previous = endpoint.previous.as_ref().map(|it| (it.sealed.bytes().to_vec(), it.until.0));
        let (disabled_at, disabled_reason) = disabled.unzip();
        let (previous_secret, previous_until) = previous.unzip();
        Self {
            id: endpoint.id.uuid(),
            merchant_id: endpoint.merchant_id.0,
            environment: endpoint.environment.map(|it| it.as_str().to_owned()),
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            enabled_events: endpoint.subscription.to_string(),
            disabled_at,
            disabled_reason,
            failures,
            trips,
            open_until,
            failing_since: endpoint.health.failing_since.map(|at| at.0),
            secret: endpoint.secret.bytes().to_vec(),
            secret_version: i64::from(endpoint.secret_version),
            previous_secret,
            previous_until,
            after_seq: endpoint.after_seq,
            created_at: endpoint.created_at.0,
            updated_at: endpoint.updated_at.0,
            created_by: endpoint.asked.created_by.map(Vec::from),
            rotated_by: endpoint.asked.rotated_by.map(Vec::from),
        }
    }
}

/// Adds an endpoint. `UnknownMerchant` when there is no such merchant.
pub async fn insert(tx: &Tx, endpoint: &Endpoint) -> Result<(), Error> {
    Entity::insert(Model::from(endpoint).into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| Error::from(error).or_foreign_key(Error::UnknownMerchant))?;
    Ok(())
}

/// One endpoint of a merchant.
pub async fn get(conn: &impl ConnectionTrait, merchant: MerchantId, id: EndpointId) -> Result<Option<Endpoint>, Error> {
    let row = Entity::find_by_id(id.uuid()).filter(Column::MerchantId.eq(merchant.0)).one(conn).await?;
    row.map(Endpoint::try_from).transpose()
}

/// One endpoint, whosever it is.
pub async fn by_id(conn: &impl ConnectionTrait, id: EndpointId) -> Result<Option<Endpoint>, Error> {
    Entity::find_by_id(id.uuid()).one(conn).await?.map(Endpoint::try_from).transpose()
}

/// One page of a merchant's endpoints of one environment and those of both, newest first.
pub async fn list(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Environment,
    page: Page<EndpointId>,
) -> Result<Slice<Endpoint>, Error> {
    let all = of(merchant).filter(Column::Environment.is_null().or(Column::Environment.eq(environment.as_str())));
    let all = match page.from {
        core_page::From::Newest => all,
        core_page::From::OlderThan(id) => all.filter(Column::Id.lt(id.uuid())),
        core_page::From::NewerThan(id) => all.filter(Column::Id.gt(id.uuid())),
    };
    let rows = all.order_by(Column::Id, page::order(&page)).limit(page::limit(&page)).all(conn).await?;
    let slice = page::slice(&page, rows);
    let items = slice.items.into_iter().map(Endpoint::try_from).collect::<Result<_, _>>()?;
    Ok(Slice { items, has_more: slice.has_more })
}

/// How many endpoints a merchant has.
pub async fn count(conn: &impl ConnectionTrait, merchant: MerchantId) -> Result<u64, Error> {
    Ok(of(merchant).count(conn).await?)
}

/// The endpoint that a request with this fingerprint made since `since`.
pub async fn made_by(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    asked: &[u8; 32],
    since: Millis,
) -> Result<Option<Endpoint>, Error> {
    let made = of(merchant).filter(Column::CreatedBy.eq(asked.to_vec())).filter(Column::CreatedAt.gt(since.0));
    made.one(conn).await?.map(Endpoint::try_from).transpose()
}

fn of(merchant: MerchantId) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::MerchantId.eq(merchant.0))
}

/// Everybody's endpoints after `after`, in the order of their ids: what a node keeps in memory.
pub async fn all(conn: &impl ConnectionTrait, after: Option<EndpointId>, limit: u64) -> Result<Vec<Endpoint>, Error> {
    let rows = Entity::find()
        .apply_if(after, |query, after| query.filter(Column::Id.gt(after.uuid())))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(Endpoint::try_from).collect()
}

/// How the endpoints do that have failed since their last success.
pub async fn failing(conn: &impl ConnectionTrait) -> Result<Vec<(EndpointId, Health)>, Error> {
    let rows = Entity::find().filter(Column::FailingSince.gt(0)).order_by_asc(Column::FailingSince).all(conn).await?;
    rows.into_iter().map(|row| Endpoint::try_from(row).map(|it| (it.id, it.health))).collect()
}

/// Saves what its owner decides: all but its health. `Missing` when it is gone.
pub async fn update(tx: &Tx, endpoint: &Endpoint) -> Result<(), Error> {
    let mut row = Model::from(endpoint).into_active_model().reset_all();
    for column in [Column::Failures, Column::Trips, Column::OpenUntil, Column::FailingSince] {
        row.not_set(column);
    }
    let done = Entity::update_many().set(row).filter(Column::Id.eq(endpoint.id.uuid())).exec(&**tx).await?;
    Error::unless_one(done.rows_affected, TABLE, endpoint.id)
}

/// Saves how an endpoint does. One that is gone is no error.
pub async fn set_health(tx: &Tx, id: EndpointId, health: &Health) -> Result<(), Error> {
    let (failures, trips, open_until) = breaker(health);
    Entity::update_many()
        .col_expr(Column::Failures, Expr::value(failures))
        .col_expr(Column::Trips, Expr::value(trips))
        .col_expr(Column::OpenUntil, Expr::value(open_until))
        .col_expr(Column::FailingSince, Expr::value(health.failing_since.map(|at| at.0)))
        .filter(Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Turns an endpoint off; `false` when it is off already, or gone.
pub async fn disable(tx: &Tx, id: EndpointId, at: Millis, reason: DisabledReason) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::DisabledAt, Expr::value(at.0))
        .col_expr(Column::DisabledReason, Expr::value(reason.as_str()))
        .col_expr(Column::UpdatedAt, Expr::value(at.0))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::DisabledAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes a merchant's endpoint. `Missing` when it has no such.
pub async fn delete(tx: &Tx, merchant: MerchantId, id: EndpointId) -> Result<(), Error> {
    let gone = Entity::delete_many()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::MerchantId.eq(merchant.0))
        .exec(&**tx)
        .await?;
    Error::unless_one(gone.rows_affected, TABLE, id)
}
