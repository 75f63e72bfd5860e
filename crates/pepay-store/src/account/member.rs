//! Who is what at which merchant.

use pepay_core::account::{Email, Member, Role};
use pepay_core::id::{MerchantId, UserId};
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "members")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) merchant_id: i64,
        pub(super) role: String,
        pub(super) environment: String,
        pub(super) since: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "members";

impl TryFrom<Model> for Member {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.user_id };
        Ok(Self {
            role: row.need("role", Role::parse(&model.role))?,
            environment: row.environment("environment", &model.environment)?,
            user: UserId::from_uuid(model.user_id),
            merchant: MerchantId(model.merchant_id),
            since: Millis(model.since),
        })
    }
}

/// Adds a member. `MemberExists` when the user is one already.
pub async fn insert(tx: &Tx, member: &Member) -> Result<(), Error> {
    let row = Model {
        user_id: member.user.uuid(),
        merchant_id: member.merchant.0,
        role: member.role.as_str().to_owned(),
        environment: member.environment.as_str().to_owned(),
        since: member.since.0,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// What a user is at a merchant.
pub async fn get(conn: &impl ConnectionTrait, user: UserId, merchant: MerchantId) -> Result<Option<Member>, Error> {
    Entity::find_by_id((user.uuid(), merchant.0)).one(conn).await?.map(Member::try_from).transpose()
}

/// Where a user is a member, the oldest membership first.
pub async fn of_user(conn: &impl ConnectionTrait, user: UserId) -> Result<Vec<Member>, Error> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.uuid()))
        .order_by_asc(Column::Since)
        .order_by_asc(Column::MerchantId)
        .all(conn)
        .await?;
    rows.into_iter().map(Member::try_from).collect()
}

/// The members of a merchant with their addresses, the oldest membership first.
pub async fn of_merchant(conn: &impl ConnectionTrait, merchant: MerchantId) -> Result<Vec<(Member, Email)>, Error> {
    let rows = Entity::find().filter(Column::MerchantId.eq(merchant.0)).order_by_asc(Column::Since).all(conn).await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        let member = Member::try_from(row)?;
        if let Some(user) = super::get(conn, member.user).await? {
            members.push((member, user.email));
        }
    }
    Ok(members)
}

/// Gives a member another role. `Missing` when there is no such member.
pub async fn set_role(tx: &Tx, user: UserId, merchant: MerchantId, role: Role) -> Result<(), Error> {
    change(tx, user, merchant, Column::Role, role.as_str()).await
}

/// Moves a member's dashboard to another environment. `Missing` when there is no such member.
pub async fn set_environment(
    tx: &Tx,
    user: UserId,
    merchant: MerchantId,
    environment: Environment,
) -> Result<(), Error> {
    change(tx, user, merchant, Column::Environment, environment.as_str()).await
}

async fn change(tx: &Tx, user: UserId, merchant: MerchantId, column: Column, word: &str) -> Result<(), Error> {
    let done = Entity::update_many()
        .col_expr(column, Expr::value(word))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::MerchantId.eq(merchant.0))
        .exec(&**tx)
        .await?;
    Error::unless_one(done.rows_affected, TABLE, user)
}

/// Removes a member. `Missing` when there is no such member.
pub async fn delete(tx: &Tx, user: UserId, merchant: MerchantId) -> Result<(), Error> {
    let done = Entity::delete_by_id((user.uuid(), merchant.0)).exec(&**tx).await?;
    Error::unless_one(done.rows_affected, TABLE, user)
}
