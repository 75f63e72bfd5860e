//! `GET /dashboard/checklist`: from signing up to live, each step ticked by what really happened.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use pepay_core::network::Environment;
use pepay_engine::Error;
use pepay_engine::auth::Caller;

use super::door::Page;
use super::fault::Fault;
use super::shell::{self, Shell};
use crate::app::App;

/// One step.
pub(super) struct Step {
    title: &'static str,
    detail: &'static str,
    href: &'static str,
    action: &'static str,
    pub(super) done: bool,
}

#[derive(Template)]
#[template(path = "dashboard/checklist.html")]
struct ChecklistTemplate {
    shell: Shell,
    steps: Vec<Step>,
    done: usize,
    percent: usize,
}

pub(super) async fn page(State(app): State<App>, page: Page) -> Result<Response, Fault> {
    let steps = steps(&app, &page.caller()?).await?;
    let done = steps.iter().filter(|step| step.done).count();
    let percent = done * 100 / steps.len();
    let shell = Shell::new(&app, &page, "Get started", None).await?;
    Ok(shell::ok(&ChecklistTemplate { shell, steps, done, percent }))
}

/// The steps as they are now, whatever environment the dashboard works in.
pub(super) async fn steps(app: &App, caller: &Caller) -> Result<Vec<Step>, Error> {
    let progress = app.engine.progress(caller).await?;
    let step = |title, detail, (href, action), done| Step { title, detail, href, action, done };
    let keys = ("/dashboard/keys", "API keys");
    let mainnet = ("/dashboard/mainnet", "Mainnet");
    let wallets = ("/dashboard/settlement", "Wallets");
    let live = caller.environment == Environment::Mainnet;
    let wallet_note =
        if live { "Mainnet money needs an address of yours." } else { "Your money goes to an address of yours." };
    Ok(vec![
        step("Make a test key", "Your server creates invoices with it.", keys, progress.key_made),
        step("Add a wallet", wallet_note, wallets, progress.wallet_added),
        step(
            "Create an invoice",
            "Over the API with your key, or by hand.",
            ("/dashboard/invoices/new", "Create"),
            progress.invoice_created,
        ),
        step("Use the key from your server", "The tick comes with the first request.", keys, progress.key_used),
        step(
            "Take a first test payment",
            "Open a payment link and pay on a test network.",
            ("/dashboard/invoices", "Invoices"),
            progress.first_payment,
        ),
        step(
            "Receive a webhook",
            "The tick comes when your endpoint has taken a delivery.",
            ("/dashboard/webhooks", "Webhooks"),
            progress.webhook_taken,
        ),
        step("Ask for mainnet", "The operator looks at your request.", mainnet, progress.mainnet_asked),
        step("Open mainnet", "With the access key you get.", mainnet, progress.mainnet_open),
        step("Make a live key", "Switch to mainnet first, then swap the key in your code.", keys, progress.live_key),
    ])
}
