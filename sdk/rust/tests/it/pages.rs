//! Lists that go on by themselves.

use pepay_client::{EventFilter, Expand, InvoiceFilter, InvoiceState, ListInvoices, ListPage, TryStreamExt as _};
use serde_json::json;

use crate::server::{Asked, Connection, Server, event, invoice};

#[tokio::test]
async fn a_list_is_one_page_when_awaited_and_all_of_them_when_streamed() {
    let server = Server::start(async |_, asked: Asked, connection: Connection| {
        let (ids, more) = match asked.parameter("starting_after") {
            None => (["5", "4"].as_slice(), true),
            Some("4") => (["3", "2"].as_slice(), true),
            Some(_) => (["1"].as_slice(), false),
        };
        let data: Vec<_> = ids.iter().map(|id| invoice(id, "paid")).collect();
        connection.answer(200, &json!({"object": "list", "data": data, "has_more": more}).to_string()).await;
    })
    .await;
    let which = ListInvoices {
        filter: InvoiceFilter {
            status: vec![InvoiceState::Paid, InvoiceState::Expired],
            created_gte: Some(7),
            ..InvoiceFilter::default()
        },
        expand: Expand { latest_payment: true, payments: true, payments_limit: Some(3) },
        page: ListPage { limit: Some(2), ..ListPage::default() },
        ..ListInvoices::default()
    };
    let client = server.client();
    let page = client.invoices().list(&which).await.unwrap();
    assert_eq!((page.data.len(), page.has_more), (2, true));
    let all: Vec<String> = client.invoices().list(&which).stream().map_ok(|it| it.id).try_collect().await.unwrap();
    assert_eq!(all, ["5", "4", "3", "2", "1"]);
    let asked = server.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(
        asked[3].line,
        "GET /api/v1/invoices?status=paid%2Cexpired&created_gte=7&expand=latest_payment%2Cpayments&payments_limit=3\
         &limit=2&starting_after=2"
    );
}

#[tokio::test]
async fn missed_events_are_recovered_oldest_first() {
    let server = Server::start(async |_, asked: Asked, connection: Connection| {
        let after: u64 = asked.parameter("ending_before").and_then(|id| id.rsplit('-').next()?.parse().ok()).unwrap();
        // The page next to the cursor, newest first.
        let data: Vec<String> = (after + 1..=(after + 100).min(250)).rev().map(event).collect();
        let more = after + 100 < 250;
        let body =
            format!(r#"{{"success":true,"data":{{"object":"list","data":[{}],"has_more":{more}}}}}"#, data.join(","));
        connection.answer(200, &body).await;
    })
    .await;
    let events = server.client().events();
    let filter = EventFilter { types: vec!["invoice.*".to_owned()], ..EventFilter::default() };
    let all = events.recover_since(None, &filter).await.unwrap();
    let expected: Vec<String> = (1..=250).map(|number| format!("evt_1766322000123-{number}")).collect();
    assert_eq!(all.iter().map(|event| event.id.clone()).collect::<Vec<_>>(), expected);
    assert_eq!(all[0].invoice().unwrap().status, InvoiceState::Paid);
    assert_eq!(all[0].previous_attributes["status"], "unpaid");

    let rest = events.recover_since(Some("evt_1766322000123-248"), &filter).limit(7).stream();
    let rest: Vec<String> = rest.map_ok(|event| event.id).try_collect().await.unwrap();
    assert_eq!(rest, expected[248..]);
    let asked = server.asked();
    assert_eq!(asked.last().unwrap().parameter("limit"), Some("7"));
    assert_eq!(asked[0].line, "GET /api/v1/events?limit=100&ending_before=evt_0-0&type=invoice.*");
}
