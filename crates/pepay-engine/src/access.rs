//! Environments: which one a merchant's dashboard works in, and the gate before mainnet.

use pepay_core::account::Action;
use pepay_core::network::Environment;
use pepay_wire::Code;

use crate::auth::{Caller, Person, Via};
use crate::{Engine, Error};

impl Engine {
    /// Whether mainnet is open to the caller, and where its dashboard works.
    pub async fn mainnet_status(&self, caller: &Caller) -> Result<pepay_wire::MainnetAccess, Error> {
        let merchant = self.merchant(caller.merchant).await?;
        Ok(pepay_wire::MainnetAccess {
            has_mainnet_access: merchant.mainnet_access,
            current_environment: match caller.via {
                Via::ApiKey(_) => merchant.current_environment,
                Via::Dashboard(_) => caller.environment,
            }
            .into(),
        })
    }

    /// Opens mainnet with the access key the operator issued to this merchant. `Rejected` for any other key.
    pub async fn activate_mainnet(&self, caller: &Caller, access_key: &str) -> Result<(), Error> {
        caller.may(Action::Mainnet)?;
        let tx = self.db().begin("access.activate_mainnet").await?;
        let opened = pepay_store::merchant::activate_mainnet(&tx, caller.merchant, access_key, self.now()).await?;
        if !opened {
            let message = "this access key was not issued to this merchant";
            return Err(Error::rejected(Code::AccessKeyInvalid, "/access_key", message));
        }
        self.audit_caller(&tx, caller, "mainnet.opened", "").await?;
        tx.commit().await?;
        self.0.merchants.invalidate(&caller.merchant);
        Ok(())
    }

    /// Moves the caller's dashboard to `environment`; `EnvironmentNotEnabled` while mainnet is closed to it.
    pub async fn set_environment(&self, caller: &Caller, environment: Environment) -> Result<(), Error> {
        caller.may(Action::Environment)?;
        let merchant = self.merchant(caller.merchant).await?;
        if environment == Environment::Mainnet && !merchant.mainnet_access {
            return Err(Error::EnvironmentNotEnabled);
        }
        let tx = self.db().begin("access.set_environment").await?;
        match caller.via {
            // Each user has a dashboard of its own: one who looks at mainnet must not take the others there.
            Via::Dashboard(Person { user: Some(user), .. }) => {
                pepay_store::account::member::set_environment(&tx, user, caller.merchant, environment).await?;
            }
            Via::Dashboard(Person { user: None, .. }) | Via::ApiKey(_) => {
                pepay_store::merchant::set_environment(&tx, caller.merchant, environment).await?;
            }
        }
        tx.commit().await?;
        self.0.merchants.invalidate(&caller.merchant);
        Ok(())
    }
}
