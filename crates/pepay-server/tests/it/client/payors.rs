//! Each call of a payor.

use pepay_client::types::{
    Answer, Availability, Code, PaymentState, Question, QuestionType, QuestionsBody, QuoteStatusCode, Validation,
};
use pepay_client::{AvailableTokens, CreateInvoice, ErrorKind, InvoiceState, TokenMode, Usd};
use serde_json::json;

use super::{client, payor};
use crate::world::{Database, Token, World};

pub(super) async fn every_call_of_a_payor_does_what_it_says(database: Database) {
    let world = World::start(database).await;
    let question =
        Question::new("size", "Which size?", QuestionType::Text).validation(Validation::new().required(true));
    let order = CreateInvoice::new(Usd::from_cents(1_000)).description("A shirt");
    let order = order.questions(QuestionsBody::new(vec![question]));
    let created = client(&world).invoices().create(&order).await.expect("the server does it");
    let auth = pepay_client::Auth::new().session(&*created.session_token, &*created.signature);
    let pepay = client(&world).with_auth(auth).expect("it has the right form");
    let sessions = pepay.payment_sessions();

    let details = sessions.get_session_details().await.expect("the server does it");
    assert_eq!(details.invoice_id, created.invoice_id);
    let same = sessions.get_session_details_of(&created.invoice_id).await.expect("the server does it");
    assert_eq!(same.invoice_id, created.invoice_id);
    let other = sessions.get_session_details_of("0199d9b2-0000-7000-8000-000000000000").await;
    assert_eq!(other.expect_err("it is not the session's").status(), Some(404));
    assert_eq!((details.amount_usd, details.invoice_status), (Usd::from_cents(1_000), InvoiceState::Unpaid));
    assert_eq!(details.description.as_deref(), Some("A shirt"));
    assert_eq!(sessions.get_customer_email().await.expect("the server does it").email, None);
    assert_eq!(
        sessions.set_customer_email("payor@example.com").await.expect("the server does it").email,
        "payor@example.com"
    );
    assert!(sessions.get_customer_email().await.expect("the server does it").has_email);

    let asked = sessions.get_questions().await.expect("the server does it").questions.expect("it is there");
    assert_eq!((asked.len(), &asked[0].kind), (1, &QuestionType::Text));
    let unanswered = sessions.submit_form([]).await.expect_err("it is refused");
    assert_eq!((unanswered.kind(), unanswered.code()), (ErrorKind::Validation, &Code::ValidationError));
    assert!(sessions.submit_form([Answer::new("size", json!("L"))]).await.expect("the server does it").success);

    let mode = TokenMode::Network("base".to_owned());
    let offered = sessions
        .list_available_tokens(&AvailableTokens { mode, available_only: true })
        .await
        .expect("the server does it");
    let usdc = offered.iter().find(|token| token.id == Token::Usdc.id("base")).expect("it is there");
    assert_eq!((usdc.network.as_str(), &usdc.availability_status), ("base", &Availability::Devnet));
    let quote = sessions.create_payment_address("base", usdc.id).await.expect("the server does it");
    assert_eq!((quote.status_code, quote.usd_amount), (QuoteStatusCode::Ok, Usd::from_cents(1_000)));
    assert_eq!(quote.estimated_base_units.as_deref(), Some("10000000"));
    assert!(!format!("{:?}", quote.ws_connection).contains(&*quote.ws_connection.token));

    let address = quote.temp_address.expect("it is there").parse().expect("an address");
    world.base.send(Token::Usdc, address, Token::Usdc.units(10)).await;
    world.base.mine(1).await;
    world.base.confirm().await;
    let ended = client(&world).invoices().wait_for_status(&created.invoice_id).await.expect("the server does it");
    assert_eq!(ended.latest_payment.expect("it is there").status, PaymentState::Confirmed);
    let status = sessions.get_payment_status().await.expect("the server does it");
    assert_eq!((status.status, status.paid_at), (InvoiceState::Paid, ended.invoice.paid_at));
    let answers = ended.invoice.responses.expect("it is there");
    assert_eq!((answers[0].question_id.as_str(), &answers[0].response), ("size", &json!("L")));
    strangers(&world).await;
    world.audit().await;
}

async fn strangers(world: &World) {
    let (one, other) = (world.merchant.create("1.00").await, world.merchant.create("1.00").await);
    let mixed = pepay_client::Auth::new().session(&one.session_token, &other.signature);
    let mixed = client(world).with_auth(mixed).expect("it has the right form");
    let error = mixed.payment_sessions().get_session_details().await.expect_err("it is refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, &Code::InvalidSignature));
    let unknown =
        payor(world, &one).payment_sessions().create_payment_address("nowhere", 1).await.expect_err("it is refused");
    assert_eq!((unknown.kind(), unknown.code()), (ErrorKind::Validation, &Code::NetworkNotSupported));
}
