//! Links sent by e-mail, by the hash of their secret.

use pepay_core::account::link::{Link, Purpose};
use pepay_core::account::{Email, Role};
use pepay_core::id::{MerchantId, UserId};
use pepay_core::time::Millis;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_links")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) hash: Vec<u8>,
        pub(super) purpose: String,
        pub(super) email: String,
        pub(super) user_id: Option<Uuid>,
        pub(super) merchant_id: Option<i64>,
        pub(super) role: Option<String>,
        pub(super) password: Option<String>,
        pub(super) company: Option<String>,
        pub(super) created_at: i64,
        pub(super) expires_at: i64,
        pub(super) used_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "mail_links";
const RESET: &str = "reset";
const SIGN_UP: &str = "sign_up";
const INVITATION: &str = "invitation";

impl TryFrom<Model> for Link {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.purpose };
        let purpose = match model.purpose.as_str() {
            RESET => Purpose::Reset { user: UserId::from_uuid(row.need("user_id", model.user_id)?) },
            SIGN_UP => Purpose::SignUp {
                password: row.need("password", model.password)?,
                company: row.need("company", model.company)?,
            },
            INVITATION => Purpose::Invitation {
                merchant: MerchantId(row.need("merchant_id", model.merchant_id)?),
                role: row.need("role", model.role.as_deref().and_then(Role::parse))?,
            },
            _ => return Err(Error::corrupt(TABLE, "purpose", &model.purpose)),
        };
        Ok(Self {
            hash: row.hash("hash", &model.hash)?,
            purpose,
            email: row.need("email", Email::parse(&model.email).ok())?,
            created_at: Millis(model.created_at),
            expires_at: Millis(model.expires_at),
            used_at: model.used_at.map(Millis),
        })
    }
}

const fn word(purpose: &Purpose) -> &'static str {
    match purpose {
        Purpose::Reset { .. } => RESET,
        Purpose::SignUp { .. } => SIGN_UP,
        Purpose::Invitation { .. } => INVITATION,
    }
}

/// Adds a link.
pub async fn insert(tx: &Tx, link: &Link) -> Result<(), Error> {
    let mut row = Model {
        hash: link.hash.to_vec(),
        purpose: word(&link.purpose).to_owned(),
        email: link.email.as_str().to_owned(),
        user_id: None,
        merchant_id: None,
        role: None,
        password: None,
        company: None,
        created_at: link.created_at.0,
        expires_at: link.expires_at.0,
        used_at: link.used_at.map(|at| at.0),
    };
    match &link.purpose {
        Purpose::Reset { user } => row.user_id = Some(user.uuid()),
        Purpose::SignUp { password, company } => {
            (row.password, row.company) = (Some(password.clone()), Some(company.clone()));
        }
        Purpose::Invitation { merchant, role } => {
            (row.merchant_id, row.role) = (Some(merchant.0), Some(role.as_str().to_owned()));
        }
    }
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The link whose secret has this hash.
pub async fn get(conn: &impl ConnectionTrait, hash: &[u8; 32]) -> Result<Option<Link>, Error> {
    Entity::find_by_id(hash.to_vec()).one(conn).await?.map(Link::try_from).transpose()
}

/// Uses a link up; `false` when it was used before.
pub async fn take(tx: &Tx, hash: &[u8; 32], now: Millis) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.0))
        .filter(Column::Hash.eq(hash.to_vec()))
        .filter(Column::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Uses up every link by which a user could choose a password.
pub async fn take_resets(tx: &Tx, user: UserId, now: Millis) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.0))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The invitations of a merchant that still work, oldest first.
pub async fn invitations(conn: &impl ConnectionTrait, merchant: MerchantId, now: Millis) -> Result<Vec<Link>, Error> {
    let rows = Entity::find()
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.0))
        .order_by_asc(Column::CreatedAt)
        .all(conn)
        .await?;
    rows.into_iter().map(Link::try_from).collect()
}

/// Takes back the invitations of a merchant to an address, and gives how many there were.
pub async fn take_invitations(tx: &Tx, merchant: MerchantId, email: &Email, now: Millis) -> Result<u64, Error> {
    let done = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.0))
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(Column::Email.eq(email.as_str()))
        .filter(Column::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// Removes links that ended before `before`: they hold hashes of passwords.
pub async fn prune(tx: &Tx, before: Millis) -> Result<(), Error> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(before.0)).exec(&**tx).await?;
    Ok(())
}
