//! What the payor is asked besides money: the merchant's questions and an address for the receipt.
//!
//! Required questions come first and stand before the choice of a coin. The form works without scripts; the answers
//! are checked by the same rules as those sent to the API.

use std::collections::HashMap;

use pepay_core::invoice::Invoice;
use pepay_engine::auth::Session;
use pepay_engine::{Engine, Error, Origin};
use pepay_wire::{Code, Problem, Question, QuestionType, Questions, SetCustomerEmail, SubmitForm};
use serde_json::{Value, json};

/// The form of one invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Details {
    pub(crate) questions: Vec<Field>,
    pub(crate) email: String,
    /// Whether a required question is open, so that nothing can be paid yet.
    pub(crate) gate: bool,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The name of its input.
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) question: String,
    pub(crate) kind: &'static str,
    /// The `type` of its input.
    pub(crate) input: &'static str,
    pub(crate) autocomplete: &'static str,
    pub(crate) required: bool,
}

impl Details {
    /// The form of `invoice`; questions that were answered are not asked again.
    pub(crate) fn of(invoice: &Invoice) -> Self {
        let terms = &invoice.terms;
        let asked = terms.questions.as_deref().filter(|_| terms.responses.is_none()).and_then(Questions::from_stored);
        let mut questions: Vec<_> = asked.iter().flat_map(Questions::list).enumerate().map(field).collect();
        questions.sort_by_key(|field| !field.required);
        let gate = questions.iter().any(|field| field.required);
        Self { questions, email: terms.customer_email.clone().unwrap_or_default(), gate }
    }
}

fn field((index, question): (usize, &Question)) -> Field {
    let (kind, input, autocomplete) = match question.kind {
        QuestionType::Text => ("text", "text", "on"),
        QuestionType::Textarea => ("textarea", "", "on"),
        QuestionType::Email => ("email", "email", "email"),
        QuestionType::Phone => ("phone", "tel", "tel"),
        QuestionType::Date => ("date", "date", "on"),
        QuestionType::Number => ("number", "number", "off"),
        QuestionType::Boolean => ("boolean", "radio", "off"),
    };
    let Question { id, question: text, validation, .. } = question;
    let name = format!("q{index}");
    Field { name, id: id.clone(), question: text.clone(), kind, input, autocomplete, required: validation.required }
}

/// Saves what the form of a browser without scripts sent; nothing of it when an answer or the address is wrong.
pub(super) async fn save(
    engine: &Engine,
    session: &Session,
    sent: &HashMap<String, String>,
    origin: &Origin,
) -> Result<(), Error> {
    let details = Details::of(&session.invoice);
    let email = sent.get("email").map(|email| email.trim()).filter(|email| !email.is_empty());
    let email = email.map(|email| SetCustomerEmail::parse(json!({"email": email}).to_string().as_bytes()));
    let email = email.transpose().map_err(Error::Rejected)?.map(|parsed| parsed.email);
    if !details.questions.is_empty() {
        let form = SubmitForm::parse(responses(&details, sent)?.to_string().as_bytes()).map_err(Error::Rejected)?;
        engine.submit_form(session, &form, origin).await?;
    }
    if let Some(email) = email.filter(|email| *email != details.email) {
        engine.set_customer_email(session, email, origin).await?;
    }
    Ok(())
}

fn responses(details: &Details, sent: &HashMap<String, String>) -> Result<Value, Error> {
    let mut responses = Vec::new();
    for field in &details.questions {
        let Some(text) = sent.get(&field.name).map(|text| text.trim()).filter(|text| !text.is_empty()) else {
            continue;
        };
        let response = match field.kind {
            "boolean" => json!(text == "true"),
            "number" => serde_json::from_str(text).map(Value::Number).map_err(|_| {
                Error::Rejected(Problem::at(Code::ValidationError, "/responses", "an answer must be a number"))
            })?,
            _ => json!(text),
        };
        responses.push(json!({"question_id": field.id, "response": response}));
    }
    Ok(json!({"responses": responses}))
}
