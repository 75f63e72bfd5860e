//! Rows as both drivers give them, column by column.

/// The columns of an invoice, in the order [`invoice`] takes them.
macro_rules! invoice_columns {
    () => {
        "id, merchant_id, environment, amount, tolerance_bps, description, customer_id, metadata, title, footer, \
         customer_email, payment_return_url, payment_return_url_enabled, receiver_override, questions, responses, \
         created_at, expires_at, status, ended_at, amount_paid, lock_network, lock_token, lock_address, late, \
         payer_address, payer_network, last_payment_at"
    };
}

/// The columns of an API key, in the order [`key`] takes them.
macro_rules! key_columns {
    () => {
        "id, merchant_id, hash, name, environment, permission, created_at, expires_at, last_used_at, revoked_at, \
         revoked_reason, suspended"
    };
}

/// An invoice row out of `$row`, whose columns `$get` gives by place.
macro_rules! invoice {
    ($row:ident, $get:ident) => {
        crate::invoice::row::Model {
            id: $row.$get(0)?,
            merchant_id: $row.$get(1)?,
            environment: $row.$get(2)?,
            amount: $row.$get(3)?,
            tolerance_bps: $row.$get(4)?,
            description: $row.$get(5)?,
            customer_id: $row.$get(6)?,
            metadata: $row.$get(7)?,
            title: $row.$get(8)?,
            footer: $row.$get(9)?,
            customer_email: $row.$get(10)?,
            payment_return_url: $row.$get(11)?,
            payment_return_url_enabled: $row.$get(12)?,
            receiver_override: $row.$get(13)?,
            questions: $row.$get(14)?,
            responses: $row.$get(15)?,
            created_at: $row.$get(16)?,
            expires_at: $row.$get(17)?,
            status: $row.$get(18)?,
            ended_at: $row.$get(19)?,
            amount_paid: $row.$get(20)?,
            lock_network: $row.$get(21)?,
            lock_token: $row.$get(22)?,
            lock_address: $row.$get(23)?,
            late: $row.$get(24)?,
            payer_address: $row.$get(25)?,
            payer_network: $row.$get(26)?,
            last_payment_at: $row.$get(27)?,
        }
    };
}

/// A key row out of `$row`, whose columns `$get` gives by place.
macro_rules! key {
    ($row:ident, $get:ident) => {
        crate::key::row::Model {
            id: $row.$get(0)?,
            merchant_id: $row.$get(1)?,
            hash: $row.$get(2)?,
            name: $row.$get(3)?,
            environment: $row.$get(4)?,
            permission: $row.$get(5)?,
            created_at: $row.$get(6)?,
            expires_at: $row.$get(7)?,
            last_used_at: $row.$get(8)?,
            revoked_at: $row.$get(9)?,
            revoked_reason: $row.$get(10)?,
            suspended: $row.$get(11)?,
        }
    };
}

pub(super) use {invoice, invoice_columns, key, key_columns};
