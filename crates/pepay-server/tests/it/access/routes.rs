//! Every route of the API: whom it opens to and what a good request to it looks like.

/// Whom a route opens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    Merchant,
    Payor,
    Either,
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) opens: Opens,
    /// Whether it changes anything of a merchant's.
    pub(super) writes: bool,
    /// A good body; TOKEN and ACCESS are filled in.
    pub(super) body: &'static str,
    /// What a good request is answered with.
    pub(super) status: u16,
}

const fn read(path: &'static str) -> Route {
    Route { method: "GET", path, opens: Opens::Merchant, writes: false, body: "", status: 200 }
}

const fn write(method: &'static str, path: &'static str, body: &'static str, status: u16) -> Route {
    Route { method, path, opens: Opens::Merchant, writes: true, body, status }
}

const fn payor(method: &'static str, path: &'static str, body: &'static str) -> Route {
    Route { method, path, opens: Opens::Payor, writes: false, body, status: 200 }
}

const fn either(method: &'static str, path: &'static str, writes: bool) -> Route {
    Route { method, path, opens: Opens::Either, writes, body: "", status: 202 }
}

pub(super) const ROUTES: [Route; 40] = [
    write("POST", "/api/v1/invoices", "{\"amount_usd\":10}", 201),
    read("/api/v1/invoices"),
    read("/api/v1/invoices/totals"),
    read("/api/v1/invoices/customer/{customerId}"),
    read("/api/v1/invoices/{id}"),
    read("/api/v1/invoices/{id}/status"),
    read("/api/v1/invoices/{id}/explain"),
    write("POST", "/api/v1/invoices/{id}/cancel", "", 200),
    read("/api/v1/events"),
    read("/api/v1/events/{eventId}"),
    // It writes nothing: whoever may read may listen.
    Route { method: "POST", body: "{\"scope\":\"merchant\"}", ..read("/api/v1/ws/token") },
    read("/api/v1/merchant/tokens"),
    read("/api/v1/merchant/tokens/search"),
    write("POST", "/api/v1/merchant/tokens/{tokenId}/block", "{\"blocked\":false}", 200),
    // A secret: a key that may only read must not have it.
    write("GET", "/api/v1/merchant/return-secret", "", 200),
    read("/api/v1/merchant/wallets"),
    read("/api/v1/user/mainnet-access/status"),
    write("POST", "/api/v1/user/mainnet-access/activate", "{\"access_key\":\"ACCESS\"}", 200),
    write("PUT", "/api/v1/user/environment", "{\"environment\":\"devnet\"}", 200),
    payor("GET", "/api/v1/payments/session-details", ""),
    payor("GET", "/api/v1/payments/available-tokens", ""),
    payor("POST", "/api/v1/payments/payment-addresses", "{\"network\":\"base\",\"tokenId\":TOKEN}"),
    payor("GET", "/api/v1/payments/payment-status", ""),
    payor("POST", "/api/v1/payments/customer-email", "{\"email\":\"ada@shop.example\"}"),
    payor("GET", "/api/v1/payments/customer-email", ""),
    payor("GET", "/api/v1/payments/invoice-questions", ""),
    payor("POST", "/api/v1/payments/submit-form", "{\"responses\":[{\"question_id\":\"a\",\"response\":\"b\"}]}"),
    write("POST", "/api/v1/webhooks", "{\"url\":\"http://127.0.0.1:18999/hook\"}", 201),
    read("/api/v1/webhooks"),
    read("/api/v1/webhooks/{webhookId}"),
    write("PATCH", "/api/v1/webhooks/{webhookId}", "{\"description\":\"Shop\"}", 200),
    write("DELETE", "/api/v1/webhooks/{webhookId}", "", 200),
    write("POST", "/api/v1/webhooks/{webhookId}/rotate-secret", "", 200),
    write("POST", "/api/v1/webhooks/{webhookId}/test", "", 202),
    read("/api/v1/webhooks/{webhookId}/deliveries"),
    write("POST", "/api/v1/webhooks/{webhookId}/recover", "{\"since\":0}", 202),
    read("/api/v1/webhooks/deliveries/{deliveryId}"),
    write("POST", "/api/v1/webhooks/deliveries/{deliveryId}/replay", "", 202),
    either("POST", "/api/v1/invoice/{id}/verify", true),
    either("GET", "/api/v1/invoice/{id}/verify", false),
];

/// Routes for people alone, and one about payments that wait for a decision: tried in `accounts`.
pub(super) const ELSEWHERE: [&str; 13] = [
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/logout",
    "GET /api/v1/merchant/settlement-preference",
    "PUT /api/v1/merchant/settlement-preference",
    "PUT /api/v1/merchant/settlement-token",
    "POST /api/v1/merchant/wallets",
    "PUT /api/v1/merchant/wallets/{walletId}/activate",
    "DELETE /api/v1/merchant/wallets/{walletId}",
    "GET /api/v1/merchant/api-keys",
    "POST /api/v1/merchant/api-keys",
    "DELETE /api/v1/merchant/api-keys/{keyId}",
    "POST /api/v1/invoices/{id}/payments/{paymentId}/accept",
];
