//! What the edge does for everybody: cross-origin leave on the payor's routes and nowhere else, unknown paths and
//! methods in the envelope of every refusal.

use super::{Gate, Opens, ROUTES, Refusal, Route, api_key, session};
use crate::input::{Reply, Request};

const ORIGIN: &str = "https://shop.example";

pub(super) async fn reach(gate: &mut Gate<'_>) {
    let invoice = gate.invoice().await;
    for route in &ROUTES {
        let request = gate.request(route, &invoice);
        let from_elsewhere = |request: Request| request.header("origin", ORIGIN);
        let ask = from_elsewhere(Request::new("OPTIONS", &*request.path))
            .header("access-control-request-method", route.method)
            .header("access-control-request-headers", "content-type,x-session-token,x-signature");
        let answer = gate.send(&ask).await;
        let refused = gate.send(&from_elsewhere(Request::new(route.method, &*request.path))).await;
        let what = format!("{} {}", route.method, route.path);
        if route.opens == Opens::Merchant {
            assert_eq!((answer.status, cors(&answer)), (405, ""), "{what}");
            assert_eq!((refused.status, cors(&refused)), (401, ""), "{what}");
        } else {
            assert_eq!((answer.status, cors(&answer)), (204, "*"), "{what}");
            let allowed = answer.header("access-control-allow-headers");
            assert!(
                ["x-session-token", "x-signature", "content-type"].iter().all(|it| allowed.contains(it)),
                "{allowed}"
            );
            assert!(answer.header("access-control-allow-methods").contains(route.method), "{what}");
            assert_eq!((refused.status, cors(&refused)), (401, "*"), "{what}: a page may read why");
        }
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{what}: cookies are nobody's credential");
        methods(gate, route, &request).await;
    }
    let details = super::with(Request::new("GET", "/api/v1/payments/session-details"), &session(&invoice));
    let reply = gate.send(&details.header("origin", ORIGIN)).await;
    assert_eq!((reply.status, cors(&reply)), (200, "*"), "{}", reply.text());
    assert!(reply.header("access-control-expose-headers").contains("x-request-id"));
    unknown(gate).await;
}

fn cors(reply: &Reply) -> &str {
    reply.header("access-control-allow-origin")
}

async fn methods(gate: &mut Gate<'_>, route: &Route, request: &Request) {
    let here = |method: &str| ROUTES.iter().any(|it| it.path == route.path && it.method == method);
    for method in ["DELETE", "PATCH", "TRACE", "BREW"].into_iter().filter(|method| !here(method)) {
        let reply = gate.send(&super::with(Request::new(method, &*request.path), &api_key(&gate.key))).await;
        Refusal::new(405, "METHOD_NOT_ALLOWED", "").check(&reply, &format!("{method} {}", route.path));
        assert!(reply.header("allow").contains(route.method), "{method} {}: {}", route.path, reply.header("allow"));
    }
}

async fn unknown(gate: &mut Gate<'_>) {
    let key = api_key(&gate.key);
    for path in [
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v2/invoices",
        "/api/v1/invoices/",
        "/API/V1/INVOICES",
        "//api/v1/invoices",
        "/api/v1/../v1/invoices",
        "/api/v1/payments/",
        "/api/v1/payments/nothing",
        "/api/v1/invoice/0198b2c4-0000-7000-8000-000000000001",
        "/api/v1/%00",
        "/api/v1/%ff",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let reply = gate.send(&super::with(Request::new(method, path), &key)).await;
            Refusal::new(404, "NOT_FOUND", "").check(&reply, &format!("{method} {path}"));
        }
    }
    let head = gate.send(&super::with(Request::new("HEAD", "/api/v1/invoices"), &key)).await;
    assert_eq!((head.status, head.body.len()), (200, 0), "HEAD is GET without a body");
    let reply = gate.send(&super::with(Request::new("GET", "/api/v1/invoices"), &key)).await;
    for (name, value) in
        [("x-content-type-options", "nosniff"), ("cache-control", "no-store"), ("referrer-policy", "no-referrer")]
    {
        assert_eq!(reply.header(name), value);
    }
}
