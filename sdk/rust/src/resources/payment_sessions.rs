//! The payor's side of one invoice.

use reqwest::Method;

use super::resource;
use crate::credentials::Audience;
use crate::query::Query;
use crate::request::Request;
use crate::transport::Call;
use crate::types::{
    Answer, CustomerEmail, CustomerEmailSet, InvoiceQuestions, PaymentAddress, PaymentAddressRequest, PaymentStatus,
    SessionDetails, SetCustomerEmail, SubmitForm, Success, TokenOption,
};

/// Which tokens are offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AvailableTokens {
    /// Which of them.
    pub mode: TokenMode,
    /// Leaves out what can not be paid with now.
    pub available_only: bool,
}

/// Which tokens are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenMode {
    /// Those whose payments are looked for.
    #[default]
    Monitored,
    /// Every one.
    All,
    /// Those of a network, such as `base`.
    Network(String),
}

resource! {
    /// The payor's side of one invoice, for checkouts of your own; needs a session.
    PaymentSessions
}

impl PaymentSessions {
    /// What the payor sees of the invoice.
    pub fn get_session_details(&self) -> Request<SessionDetails> {
        Request::new(&self.transport, get("session-details"))
    }

    /// The same, of the invoice of this id, which must be the session's.
    pub fn get_session_details_of(&self, invoice_id: &str) -> Request<SessionDetails> {
        let query = Query::new().with("invoice_id", Some(invoice_id));
        Request::new(&self.transport, get("session-details").query(query))
    }

    /// The tokens the payor may choose from; only the locked one once a part is paid.
    pub fn list_available_tokens(&self, which: &AvailableTokens) -> Request<Vec<TokenOption>> {
        let (mode, network) = match &which.mode {
            TokenMode::Monitored => (None, None),
            TokenMode::All => (Some("all"), None),
            TokenMode::Network(network) => (Some("network"), Some(network)),
        };
        let query = Query::new().with("mode", mode).with("network", network);
        let query = query.with("available_only", which.available_only.then_some(true));
        Request::new(&self.transport, get("available-tokens").query(query))
    }

    /// Quotes a token and gives the address to pay to. Calling again quotes again; the earlier address stays good.
    pub fn create_payment_address(&self, network: &str, token_id: i64) -> Request<PaymentAddress> {
        let body = PaymentAddressRequest::new(network, token_id);
        Request::new(&self.transport, post("payment-addresses").body(&body))
    }

    /// Whether the invoice is paid.
    pub fn get_payment_status(&self) -> Request<PaymentStatus> {
        Request::new(&self.transport, get("payment-status"))
    }

    /// Says where the receipt goes.
    pub fn set_customer_email(&self, email: &str) -> Request<CustomerEmailSet> {
        Request::new(&self.transport, post("customer-email").body(&SetCustomerEmail::new(email)))
    }

    /// Where the receipt goes.
    pub fn get_customer_email(&self) -> Request<CustomerEmail> {
        Request::new(&self.transport, get("customer-email"))
    }

    /// What the payor is asked.
    pub fn get_questions(&self) -> Request<InvoiceQuestions> {
        Request::new(&self.transport, get("invoice-questions"))
    }

    /// Answers what the payor is asked.
    pub fn submit_form(&self, answers: impl Into<Vec<Answer>>) -> Request<Success> {
        Request::new(&self.transport, post("submit-form").body(&SubmitForm::new(answers.into())))
    }
}

fn get(name: &str) -> Call {
    Call::get(&["payments", name], Audience::Payor)
}

fn post(name: &str) -> Call {
    Call::new(Method::POST, &["payments", name], Audience::Payor)
}
