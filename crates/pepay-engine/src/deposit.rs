//! Deposit addresses: made when a payor first chooses a network, and kept for good.

use pepay_core::address::Address;
use pepay_core::forwarder::{self, Beneficiary};
use pepay_core::invoice::Invoice;
use pepay_core::money::BasisPoints;
use pepay_core::network::Network;
use pepay_core::settlement::{self, Deposit};
use pepay_core::token::Asset;

use crate::{Engine, Error};

impl Engine {
    /// The deposit address of `invoice` on `network`: the one handed out before, else a new one, not yet stored.
    /// `None` when nobody could receive the money, so that nothing may be quoted.
    pub(crate) async fn deposit_for(
        &self,
        invoice: &Invoice,
        network: &Network,
        asset: Asset,
    ) -> Result<Option<Deposit>, Error> {
        let native = asset == Asset::Native;
        let handed_out = pepay_store::deposit::by_invoice(self.db().read(), invoice.id).await?;
        if let Some(earlier) = handed_out.into_iter().find(|deposit| deposit.network == network.id) {
            return Ok(Some(Deposit { native: native || earlier.native, ..earlier }));
        }
        let wallet = pepay_store::wallet::active(self.db().read(), invoice.merchant_id, &network.id).await?;
        let own = self.own_receiver(invoice, network).await?;
        let Some(receiver) = settlement::receiver(network, own, wallet.map(|wallet| wallet.address)) else {
            return Ok(None);
        };
        let (Some(factory), Some(to)) = (network.factory, receiver.evm()) else {
            return Ok(None);
        };
        let fee = self.0.settings.fee.as_ref();
        let beneficiary = Beneficiary {
            receiver: to,
            fee_receiver: fee.and_then(|fee| fee.receiver.evm()).unwrap_or_default(),
            fee: fee.map_or(BasisPoints::ZERO, |fee| fee.bps),
        };
        let address = forwarder::address(&factory, forwarder::salt(invoice.id), &beneficiary);
        Ok(Some(Deposit {
            invoice_id: invoice.id,
            network: network.id.clone(),
            address: Address::Evm(address),
            receiver,
            version: factory.version,
            native,
        }))
    }

    // An invoice's own receiver is an address on the settlement token's network, and on no other.
    async fn own_receiver(&self, invoice: &Invoice, network: &Network) -> Result<Option<Address>, Error> {
        let Some(own) = invoice.terms.receiver_override else {
            return Ok(None);
        };
        let settlement = self.settlement_network(invoice.merchant_id, invoice.environment).await?;
        Ok(settlement.filter(|settlement| *settlement == network.id).map(|_| own))
    }
}
