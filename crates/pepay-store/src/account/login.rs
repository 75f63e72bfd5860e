//! Logins, by id and by the hash of their secret.

use pepay_core::account::{Kind, Login, Stage};
use pepay_core::id::{LoginId, MerchantId, UserId};
use pepay_core::time::Millis;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "logins")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) user_id: Uuid,
        pub(super) merchant_id: Option<i64>,
        pub(super) kind: String,
        pub(super) stage: String,
        pub(super) hash: Vec<u8>,
        pub(super) ip: String,
        pub(super) agent: String,
        pub(super) created_at: i64,
        pub(super) seen_at: i64,
        pub(super) ended_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "logins";
/// Logins of one user looked at: more than anybody's.
const MOST: u64 = 100;

impl TryFrom<Model> for Login {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.id };
        Ok(Self {
            kind: row.need("kind", Kind::parse(&model.kind))?,
            stage: row.need("stage", Stage::parse(&model.stage))?,
            hash: row.hash("hash", &model.hash)?,
            id: LoginId::from_uuid(model.id),
            user: UserId::from_uuid(model.user_id),
            merchant: model.merchant_id.map(MerchantId),
            ip: model.ip,
            agent: model.agent,
            created_at: Millis(model.created_at),
            seen_at: Millis(model.seen_at),
            ended_at: model.ended_at.map(Millis),
        })
    }
}

/// Adds a login.
pub async fn insert(tx: &Tx, login: &Login) -> Result<(), Error> {
    let row = Model {
        id: login.id.uuid(),
        user_id: login.user.uuid(),
        merchant_id: login.merchant.map(|id| id.0),
        kind: login.kind.as_str().to_owned(),
        stage: login.stage.as_str().to_owned(),
        hash: login.hash.to_vec(),
        ip: login.ip.clone(),
        agent: login.agent.clone(),
        created_at: login.created_at.0,
        seen_at: login.seen_at.0,
        ended_at: login.ended_at.map(|at| at.0),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// One login.
pub async fn get(conn: &impl ConnectionTrait, id: LoginId) -> Result<Option<Login>, Error> {
    Entity::find_by_id(id.uuid()).one(conn).await?.map(Login::try_from).transpose()
}

/// The login whose secret has this hash.
pub async fn by_hash(conn: &impl ConnectionTrait, hash: &[u8; 32]) -> Result<Option<Login>, Error> {
    Entity::find().filter(Column::Hash.eq(hash.to_vec())).one(conn).await?.map(Login::try_from).transpose()
}

/// The newest logins of a user, ended ones too.
pub async fn of_user(conn: &impl ConnectionTrait, user: UserId) -> Result<Vec<Login>, Error> {
    let rows =
        Entity::find().filter(Column::UserId.eq(user.uuid())).order_by_desc(Column::Id).limit(MOST).all(conn).await?;
    rows.into_iter().map(Login::try_from).collect()
}

/// Whether the user got all the way in from `ip` before.
pub async fn opened_from(conn: &impl ConnectionTrait, user: UserId, ip: &str) -> Result<bool, Error> {
    let found = Entity::find()
        .select_only()
        .column(Column::Stage)
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::Stage.eq(Stage::Open.as_str()))
        .filter(Column::Ip.eq(ip))
        .into_tuple::<String>()
        .one(conn)
        .await?;
    Ok(found.is_some())
}

/// Notes that a login was used. One that is gone is no error.
pub async fn touch(tx: &Tx, id: LoginId, now: Millis) -> Result<(), Error> {
    let changed = Entity::update_many().col_expr(Column::SeenAt, Expr::value(now.0)).filter(Column::Id.eq(id.uuid()));
    changed.exec(&**tx).await?;
    Ok(())
}

/// Puts another secret in the place of the one with hash `before`; `false` when that one was replaced or the login
/// ended meanwhile.
pub async fn rotate(tx: &Tx, id: LoginId, before: &[u8; 32], after: &[u8; 32], now: Millis) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::Hash, Expr::value(after.to_vec()))
        .col_expr(Column::SeenAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Hash.eq(before.to_vec()))
        .filter(Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Lets a login work for another merchant. `Missing` when it is gone.
pub async fn set_merchant(tx: &Tx, id: LoginId, merchant: MerchantId) -> Result<(), Error> {
    let done = Entity::update_many()
        .col_expr(Column::MerchantId, Expr::value(merchant.0))
        .filter(Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

/// Ends one login of a user; one that ended before, or is somebody else's, is left as it is.
pub async fn end(tx: &Tx, user: UserId, id: LoginId, now: Millis) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends every login of a user but `except`, and gives how many.
pub async fn end_all(tx: &Tx, user: UserId, except: Option<LoginId>, now: Millis) -> Result<u64, Error> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.0))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::EndedAt.is_null())
        .apply_if(except, |query, id| query.filter(Column::Id.ne(id.uuid())))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// Removes logins last used before `before`, `limit` at most. All of them have ended: none lives as long unused.
pub async fn prune(tx: &Tx, before: Millis, limit: u64) -> Result<u64, Error> {
    let old: Vec<sea_orm::prelude::Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::SeenAt.lt(before.0))
        .order_by_asc(Column::SeenAt)
        .limit(limit)
        .into_tuple()
        .all(&**tx)
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    Ok(Entity::delete_many().filter(Column::Id.is_in(old)).exec(&**tx).await?.rows_affected)
}

/// Ends every login of a user that works for `merchant`.
pub async fn end_at(tx: &Tx, user: UserId, merchant: MerchantId, now: Millis) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.0))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}
