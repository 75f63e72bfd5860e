//! How merchants present themselves. The logo is read only where it is shown.

use pepay_core::account::Email;
use pepay_core::id::MerchantId;
use pepay_core::profile::{self, Picture, Profile, Url};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "merchant_profiles")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) merchant_id: i64,
        pub(super) support_email: Option<String>,
        pub(super) accent: Option<String>,
        pub(super) return_url: Option<String>,
        pub(super) embed_origins: String,
        pub(super) logo: Option<Vec<u8>>,
        pub(super) logo_type: Option<String>,
        pub(super) logo_hash: Option<Vec<u8>>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "merchant_profiles";

// Everything but the picture.
type Fields = (Option<String>, Option<String>, Option<String>, String, Option<String>, Option<Vec<u8>>);

/// A merchant's profile; `None` when it never had one.
pub async fn get(conn: &impl ConnectionTrait, merchant: MerchantId) -> Result<Option<Profile>, Error> {
    let columns = [
        Column::SupportEmail,
        Column::Accent,
        Column::ReturnUrl,
        Column::EmbedOrigins,
        Column::LogoType,
        Column::LogoHash,
    ];
    let query = Entity::find_by_id(merchant.0).select_only().columns(columns).into_tuple::<Fields>();
    query.one(conn).await?.map(|fields| read(merchant, fields)).transpose()
}

fn read(merchant: MerchantId, fields: Fields) -> Result<Profile, Error> {
    let row = Row { table: TABLE, id: &merchant };
    let (support_email, accent, return_url, origins, logo_type, logo_hash) = fields;
    let email = support_email.map(|text| row.need("support_email", Email::parse(&text).ok()));
    let accent = accent.map(|text| row.need("accent", profile::accent(&text).ok()));
    let return_url = return_url.map(|text| row.need("return_url", Url::parse(&text).ok()));
    let picture = logo_type.map(|text| row.need("logo_type", Picture::parse(&text))).transpose()?;
    let hash = logo_hash.map(|bytes| row.hash("logo_hash", &bytes)).transpose()?;
    Ok(Profile {
        support_email: email.transpose()?,
        accent: accent.transpose()?,
        return_url: return_url.transpose()?,
        embed_origins: row.need("embed_origins", profile::origins(&origins).ok())?,
        logo: picture.zip(hash),
    })
}

/// Saves everything but the logo.
pub async fn save(tx: &Tx, merchant: MerchantId, profile: &Profile) -> Result<(), Error> {
    let origins: Vec<String> = profile.embed_origins.iter().map(ToString::to_string).collect();
    let row = Model {
        merchant_id: merchant.0,
        support_email: profile.support_email.as_ref().map(|it| it.as_str().to_owned()),
        accent: profile.accent.map(|it| it.to_string()),
        return_url: profile.return_url.as_ref().map(|it| it.as_str().to_owned()),
        embed_origins: origins.join(" "),
        logo: None,
        logo_type: None,
        logo_hash: None,
    };
    let columns = [Column::SupportEmail, Column::Accent, Column::ReturnUrl, Column::EmbedOrigins];
    upsert(tx, row, &columns).await
}

/// Saves a logo, or removes it.
pub async fn save_logo(tx: &Tx, merchant: MerchantId, logo: Option<(Picture, [u8; 32], Vec<u8>)>) -> Result<(), Error> {
    let mut row = Model {
        merchant_id: merchant.0,
        support_email: None,
        accent: None,
        return_url: None,
        embed_origins: String::new(),
        logo: None,
        logo_type: None,
        logo_hash: None,
    };
    if let Some((picture, hash, bytes)) = logo {
        row.logo = Some(bytes);
        row.logo_type = Some(picture.media_type().to_owned());
        row.logo_hash = Some(hash.to_vec());
    }
    upsert(tx, row, &[Column::Logo, Column::LogoType, Column::LogoHash]).await
}

async fn upsert(tx: &Tx, row: Model, columns: &[Column]) -> Result<(), Error> {
    let conflict = OnConflict::column(Column::MerchantId).update_columns(columns.iter().copied()).to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(conflict)
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| Error::from(error).or_foreign_key(Error::UnknownMerchant))?;
    Ok(())
}

/// A merchant's logo.
pub async fn logo(conn: &impl ConnectionTrait, merchant: MerchantId) -> Result<Option<(Picture, Vec<u8>)>, Error> {
    let query = Entity::find().filter(Column::MerchantId.eq(merchant.0)).filter(Column::Logo.is_not_null());
    let columns = query.select_only().columns([Column::LogoType, Column::Logo]);
    let found: Option<(Option<String>, Option<Vec<u8>>)> = columns.into_tuple().one(conn).await?;
    let Some((Some(kind), Some(bytes))) = found else { return Ok(None) };
    let row = Row { table: TABLE, id: &merchant };
    Ok(Some((row.need("logo_type", Picture::parse(&kind))?, bytes)))
}
