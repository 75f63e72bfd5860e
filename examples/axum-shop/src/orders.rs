//! What was ordered. In memory; a real shop has a database and does each function in one transaction.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use uuid::Uuid;

/// An order.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Order {
    /// Whether its invoice is safe to fulfil.
    paid: bool,
    /// How often it was shipped: never more than once.
    shipments: u32,
}

/// All orders.
#[derive(Debug, Default)]
pub(crate) struct Orders(Mutex<HashMap<String, Order>>);

impl Orders {
    /// Takes an order and gives its id.
    #[expect(clippy::disallowed_methods, reason = "nothing here is tested at another time")]
    pub(crate) fn place(&self) -> String {
        let id = Uuid::now_v7().to_string();
        self.with(|orders| orders.insert(id.clone(), Order::default()));
        id
    }

    /// The order of an id.
    pub(crate) fn get(&self, id: &str) -> Option<Order> {
        self.with(|orders| orders.get(id).copied())
    }

    /// Ships an order that is paid, once.
    pub(crate) fn paid(&self, id: &str) {
        self.with(|orders| {
            if let Some(order) = orders.get_mut(id).filter(|order| !order.paid) {
                *order = Order { paid: true, shipments: order.shipments + 1 };
            }
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<String, Order>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
