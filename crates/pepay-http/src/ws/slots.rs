//! Places for sockets: a bounded number for each merchant, each invoice and the node. In memory, so per node.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pepay_core::id::{InvoiceId, MerchantId};

use super::Sockets;

/// Whose socket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    Merchant(MerchantId),
    Invoice(InvoiceId),
}

impl Owner {
    const fn stream(self) -> &'static str {
        match self {
            Self::Merchant(_) => "merchant",
            Self::Invoice(_) => "payment",
        }
    }
}

/// Which limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    Owner,
    Node,
}

/// Who has how many sockets.
#[derive(Debug, Default)]
pub(crate) struct Slots(Mutex<Taken>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_owner: HashMap<Owner, usize>,
}

/// One place, until it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    owner: Owner,
}

impl Slots {
    pub(super) fn take(this: &Arc<Self>, owner: Owner, limits: &Sockets) -> Result<Slot, Full> {
        let mut taken = this.taken();
        // Whoever opens payors' sockets in masses leaves merchants their streams.
        let (most, room) = match owner {
            Owner::Merchant(_) => (limits.per_merchant, limits.max),
            Owner::Invoice(_) => (limits.per_invoice, limits.max - limits.max / 4),
        };
        if taken.all >= room {
            return Err(Full::Node);
        }
        let of_owner = taken.by_owner.entry(owner).or_default();
        if *of_owner >= most {
            return Err(Full::Owner);
        }
        *of_owner += 1;
        taken.all += 1;
        drop(taken);
        metrics::gauge!("pepay_sockets_open", "stream" => owner.stream()).increment(1.0);
        Ok(Slot { slots: Arc::clone(this), owner })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.all = taken.all.saturating_sub(1);
        if let Entry::Occupied(mut of_owner) = taken.by_owner.entry(self.owner) {
            *of_owner.get_mut() -= 1;
            if *of_owner.get() == 0 {
                of_owner.remove();
            }
        }
        drop(taken);
        metrics::gauge!("pepay_sockets_open", "stream" => self.owner.stream()).decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_and_given_back() {
        let slots = Arc::new(Slots::default());
        let limits = Sockets { max: 3, per_merchant: 2, per_invoice: 1, ..Sockets::default() };
        let merchant = |id| Owner::Merchant(MerchantId(id));
        let take = |owner| Slots::take(&slots, owner, &limits);
        let (first, _second) = (take(merchant(1)).unwrap(), take(merchant(1)).unwrap());
        assert_eq!(take(merchant(1)).unwrap_err(), Full::Owner);
        let invoice = Owner::Invoice("019b3f10-0000-7000-8000-000000000001".parse().unwrap());
        let third = take(invoice).unwrap();
        assert_eq!(take(merchant(2)).unwrap_err(), Full::Node);
        drop(first);
        assert_eq!(take(invoice).unwrap_err(), Full::Owner);
        take(merchant(1)).unwrap();
        drop(third);
        take(invoice).unwrap();
        assert_eq!(slots.taken().by_owner.len(), 1, "who has none is forgotten");
    }

    #[test]
    fn payors_leave_a_quarter_to_merchants() {
        let slots = Arc::new(Slots::default());
        let limits = Sockets { max: 4, per_merchant: 2, per_invoice: 9, ..Sockets::default() };
        let invoice = Owner::Invoice("019b3f10-0000-7000-8000-000000000001".parse().unwrap());
        let take = |owner| Slots::take(&slots, owner, &limits);
        let _payors: Vec<Slot> = (0..3).map(|_| take(invoice).unwrap()).collect();
        assert_eq!(take(invoice).unwrap_err(), Full::Node);
        let _merchant = take(Owner::Merchant(MerchantId(1))).unwrap();
        assert_eq!(take(Owner::Merchant(MerchantId(1))).unwrap_err(), Full::Node);
    }
}
