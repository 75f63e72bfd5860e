//! An invoice made by hand. The form becomes the same request an API client sends, so that the same rules judge it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use pepay_wire::CreateInvoice;
use serde_json::json;

use crate::app::App;
use crate::dashboard::door::Page;
use crate::dashboard::fault::Fault;
use crate::dashboard::form::{Act, Fields};
use crate::dashboard::input::Input;
use crate::dashboard::notice::Complaint;
use crate::dashboard::shell::{self, Shell};

const HOUR_MS: i64 = 3_600_000;
const LIVES: [(&str, &str, i64); 6] = [
    ("1", "1 hour", HOUR_MS),
    ("12", "12 hours", 12 * HOUR_MS),
    ("24", "1 day", 24 * HOUR_MS),
    ("72", "3 days", 72 * HOUR_MS),
    ("168", "7 days", 168 * HOUR_MS),
    ("720", "30 days", 720 * HOUR_MS),
];
const USUAL_LIFE: &str = "24";

struct Life {
    word: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "dashboard/invoice_new.html")]
struct NewTemplate {
    shell: Shell,
    complaint: Complaint,
    amount: Input,
    description: Input,
    customer: Input,
    email: Input,
    return_url: Input,
    lives: Vec<Life>,
}

pub(in crate::dashboard) async fn page(State(app): State<App>, page: Page) -> Result<Response, Fault> {
    let form = form(&app, &page, &Fields::default(), Complaint::default()).await?;
    Ok(shell::ok(&form))
}

async fn form(app: &App, page: &Page, typed: &Fields, complaint: Complaint) -> Result<NewTemplate, Fault> {
    let life = if typed.get("life").is_empty() { USUAL_LIFE } else { typed.get("life") };
    Ok(NewTemplate {
        shell: Shell::new(app, page, "Create invoice", None).await?,
        amount: Input::text("amount_usd", "Amount in US dollars")
            .mode("decimal")
            .placeholder("49.99")
            .required()
            .focused()
            .value(typed.get("amount_usd"))
            .told(&complaint),
        description: Input::text("description", "Description")
            .hint("Your customer sees it.")
            .value(typed.get("description"))
            .told(&complaint),
        customer: Input::text("customer_id", "Customer id")
            .hint("Your own id; find invoices by it.")
            .value(typed.get("customer_id"))
            .told(&complaint),
        email: Input::email("customer_email", "Customer’s e-mail")
            .hint("Gets the receipt.")
            .value(typed.get("customer_email"))
            .told(&complaint),
        return_url: Input::text("payment_return_url", "Return URL")
            .mode("url")
            .placeholder("https://")
            .hint("Where the checkout leads back to.")
            .max(2_048)
            .value(typed.get("payment_return_url"))
            .told(&complaint),
        lives: LIVES.iter().map(|(word, label, _)| Life { word, label, chosen: *word == life }).collect(),
        complaint,
    })
}

/// `POST /dashboard/invoices`.
pub(in crate::dashboard) async fn act(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let Act { page, fields } = form;
    let caller = page.caller()?;
    let made = match request(&fields) {
        Ok(request) => app
            .engine
            .create_invoice(&caller, request, None, page.visit.client.request_id())
            .await
            .map(|it| it.invoice.id),
        Err(problem) => Err(pepay_engine::Error::Rejected(problem)),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/dashboard/invoices/{id}?done=invoice_created")).into_response()),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &self::form(&app, &page, &fields, complaint).await?))
        }
    }
}

fn request(fields: &Fields) -> Result<CreateInvoice, pepay_wire::Problem> {
    let text = |name: &str| Some(fields.get(name)).filter(|text| !text.is_empty());
    let life = LIVES.iter().find(|(word, ..)| *word == fields.get("life")).map(|(.., ms)| *ms);
    let body = json!({
        "amount_usd": 0,
        "description": text("description"),
        "customer_id": text("customer_id"),
        "customer_email": text("customer_email"),
        "payment_return_url": text("payment_return_url"),
        "payment_return_url_enabled": text("payment_return_url").is_some(),
        "expires_in": life,
    });
    // The amount goes in as it was typed: its digits are read exactly, never through a float.
    let amount = fields.get("amount_usd").trim_start_matches('$').replace(',', "");
    let plain = !amount.is_empty() && amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !plain || amount.starts_with('.') || amount.ends_with('.') {
        let message = "write an amount such as 49.99";
        return Err(pepay_wire::Problem::at(pepay_wire::Code::InvalidAmountFormat, "/amount_usd", message));
    }
    let body = body.to_string().replacen("\"amount_usd\":0", &format!("\"amount_usd\":{amount}"), 1);
    CreateInvoice::parse(body.as_bytes())
}
