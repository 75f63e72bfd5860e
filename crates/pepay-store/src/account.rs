//! Users, by id and by the address they sign in with; what belongs to one user is in the modules below.

use pepay_core::account::{Email, SecondFactor, User};
use pepay_core::id::UserId;
use pepay_core::time::Millis;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

pub mod link;
pub mod lockout;
pub mod login;
pub mod member;
pub mod recovery;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) email: String,
        pub(super) password: String,
        pub(super) password_set_at: i64,
        pub(super) totp: Option<Vec<u8>>,
        pub(super) totp_enabled_at: Option<i64>,
        pub(super) totp_last_step: i64,
        pub(super) operator: bool,
        pub(super) created_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "users";

impl TryFrom<Model> for User {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.id };
        let (enabled_at, last_step) = (model.totp_enabled_at.map(Millis), model.totp_last_step);
        Ok(Self {
            email: row.need("email", Email::parse(&model.email).ok())?,
            id: UserId::from_uuid(model.id),
            password: model.password,
            password_set_at: Millis(model.password_set_at),
            totp: model.totp.map(|sealed| SecondFactor { sealed, enabled_at, last_step }),
            operator: model.operator,
            created_at: Millis(model.created_at),
        })
    }
}

impl From<&User> for Model {
    fn from(user: &User) -> Self {
        let totp = user.totp.as_ref();
        Self {
            id: user.id.uuid(),
            email: user.email.as_str().to_owned(),
            password: user.password.clone(),
            password_set_at: user.password_set_at.0,
            totp: totp.map(|factor| factor.sealed.clone()),
            totp_enabled_at: totp.and_then(|factor| factor.enabled_at).map(|at| at.0),
            totp_last_step: totp.map_or(0, |factor| factor.last_step),
            operator: user.operator,
            created_at: user.created_at.0,
        }
    }
}

/// Adds a user. `EmailTaken` when somebody has the address.
pub async fn insert(tx: &Tx, user: &User) -> Result<(), Error> {
    Entity::insert(Model::from(user).into_active_model()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// One user.
pub async fn get(conn: &impl ConnectionTrait, id: UserId) -> Result<Option<User>, Error> {
    Entity::find_by_id(id.uuid()).one(conn).await?.map(User::try_from).transpose()
}

/// The user who signs in with this address.
pub async fn by_email(conn: &impl ConnectionTrait, email: &Email) -> Result<Option<User>, Error> {
    Entity::find().filter(Column::Email.eq(email.as_str())).one(conn).await?.map(User::try_from).transpose()
}

/// Sets a password's hash. `Missing` when there is no such user.
pub async fn set_password(tx: &Tx, id: UserId, hash: &str, now: Millis) -> Result<(), Error> {
    let done = Entity::update_many()
        .col_expr(Column::Password, Expr::value(hash))
        .col_expr(Column::PasswordSetAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

/// Lets a user into the operator's console, or out of it. `Missing` when there is no such user.
pub async fn set_operator(tx: &Tx, id: UserId, operator: bool) -> Result<(), Error> {
    let done = Entity::update_many()
        .col_expr(Column::Operator, Expr::value(operator))
        .filter(Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

/// Sets the second factor, or removes it. `Missing` when there is no such user.
pub async fn set_totp(tx: &Tx, id: UserId, factor: Option<&SecondFactor>) -> Result<(), Error> {
    let done = Entity::update_many()
        .col_expr(Column::Totp, Expr::value(factor.map(|it| it.sealed.clone())))
        .col_expr(Column::TotpEnabledAt, Expr::value(factor.and_then(|it| it.enabled_at).map(|at| at.0)))
        .col_expr(Column::TotpLastStep, Expr::value(factor.map_or(0, |it| it.last_step)))
        .filter(Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

/// Forgets a second factor that is being set up; one in use stays.
pub async fn clear_pending_totp(tx: &Tx, id: UserId) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::Totp, Expr::value(None::<Vec<u8>>))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::TotpEnabledAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Takes the code of time step `step`; `false` when one as new was taken before, perhaps a moment ago by another.
pub async fn take_step(tx: &Tx, id: UserId, step: i64) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::TotpLastStep, Expr::value(step))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::TotpLastStep.lt(step))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

#[cfg(test)]
mod tests;
