//! Reading `POST /api/v1/invoices` (contract section 3).
//!
//! Every field is checked by hand so that each fault has its own code and JSON pointer; all faults of a body are
//! reported at once, the first in the order of the contract leading. Amounts are read from the text of the JSON
//! number, never from a float.

use pepay_core::address::{self, Address};
use pepay_core::invoice::{DEFAULT_LIFE_MS, MAX_LIFE_MS, Terms};
use pepay_core::money::{self, UsdMillis};
use pepay_core::network::Kind;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::json::{Object, compact};
use crate::problem::{Detail, Problem};
use crate::questions::Questions;
use crate::{Code, QuestionsBody};

/// Longest short text, in characters.
const MAX_TEXT_CHARS: usize = 255;
/// Longest return URL, in characters.
const MAX_URL_CHARS: usize = 2048;
/// Largest metadata, in bytes without white space.
const MAX_METADATA_BYTES: usize = 512;
/// Longest receiver address, in characters; every family's is shorter.
const MAX_ADDRESS_CHARS: usize = 128;

/// A checked request to create an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateInvoice {
    /// What is asked.
    pub amount: UsdMillis,
    /// How long the invoice lives, in milliseconds.
    pub life_ms: i64,
    /// Everything else. Title and footer are as given: their default is the merchant's name.
    pub terms: Terms,
    /// Whether it says that the checkout leads nowhere, so that no default may.
    pub refuses_return: bool,
}

/// The body of a request to create an invoice.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = CreateInvoice)]
pub struct CreateInvoiceBody {
    /// US dollars, at most two decimals.
    #[schema(minimum = 0.01, maximum = 1_000_000.0, example = 49.99)]
    pub amount_usd: f64,
    /// Free text for the payor.
    #[schema(max_length = 255)]
    pub description: Option<String>,
    /// The merchant's own id of the customer.
    #[schema(max_length = 255)]
    pub customer_id: Option<String>,
    /// Anything the merchant wants back; at most 512 bytes serialised.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Box<RawValue>>,
    /// How long the invoice lives, in milliseconds; 12 h when absent.
    #[schema(minimum = 1, maximum = 2_592_000_000_i64, default = 43_200_000)]
    pub expires_in: Option<i64>,
    /// Whether this invoice settles to `receiver_override_address`.
    pub receiver_override_enable: Option<bool>,
    /// Where to, on the settlement token's network; required when enabled.
    pub receiver_override_address: Option<String>,
    /// Heading of the checkout; the merchant's company name when absent.
    #[schema(max_length = 255)]
    pub invoice_title: Option<String>,
    /// Foot of the checkout; the merchant's company name when absent.
    #[schema(max_length = 255)]
    pub invoice_footer: Option<String>,
    /// Where the receipt goes.
    #[schema(max_length = 255, format = "email")]
    pub customer_email: Option<String>,
    /// Where the checkout leads back to; https.
    #[schema(max_length = 2048, format = "uri")]
    pub payment_return_url: Option<String>,
    /// Whether it does. When absent: true where a URL is given, else what the company's settings say.
    pub payment_return_url_enabled: Option<bool>,
    /// What the payor is asked; at most 5 questions and 512 bytes serialised.
    pub questions: Option<QuestionsBody>,
}

impl CreateInvoice {
    /// Reads a body. The problem names the first fault, and lists all when there are several.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        let text = |name| object.text(name, MAX_TEXT_CHARS);
        let mut faults = Faults::default();
        let amount = faults.take(amount(&object));
        let description = faults.take(text("description")).flatten();
        let customer_id = faults.take(text("customer_id")).flatten();
        let metadata = faults.take(metadata(&object)).flatten();
        let life_ms = faults.take(life_ms(&object));
        let receiver_override = faults.take(receiver_override(&object)).flatten();
        let title = faults.take(text("invoice_title")).flatten();
        let footer = faults.take(text("invoice_footer")).flatten();
        let customer_email = faults.take(customer_email(&object)).flatten();
        let return_url = faults.take(return_url(&object));
        let questions = faults.take(questions(&object)).flatten();
        faults.none()?;
        let (Some(amount), Some(life_ms), Some((payment_return_url, led_back))) = (amount, life_ms, return_url) else {
            // Unreachable: each of the three is present or has left a fault above.
            return Err(Problem::new(Code::ValidationError));
        };
        let terms = Terms {
            description,
            customer_id,
            metadata,
            title,
            footer,
            customer_email,
            payment_return_url,
            payment_return_url_enabled: led_back.unwrap_or(false),
            receiver_override,
            questions,
            responses: None,
        };
        Ok(Self { amount, life_ms, terms, refuses_return: led_back == Some(false) })
    }
}

#[derive(Default)]
struct Faults(Vec<Problem>);

impl Faults {
    fn take<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.0.push(problem)).ok()
    }

    fn none(self) -> Result<(), Problem> {
        let Some(first) = self.0.first().cloned() else { return Ok(()) };
        if self.0.len() == 1 {
            return Err(first);
        }
        let detail = |Problem { code, param, message, .. }| Detail { code, param, message };
        Err(Problem { details: self.0.into_iter().map(detail).collect(), ..first })
    }
}

fn amount(object: &Object<'_>) -> Result<UsdMillis, Problem> {
    const NAME: &str = "amount_usd";
    let text = object.raw(NAME).ok_or_else(|| object.missing(NAME))?.get();
    // A negative amount is a well-formed number out of range.
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    match UsdMillis::parse_invoice_amount(digits) {
        Ok(amount) if !negative => Ok(amount),
        Ok(_) | Err(money::Error::Range) => Err(fault(object, NAME, Code::InvalidAmountRange)),
        Err(_) => Err(fault(object, NAME, Code::InvalidAmountFormat)),
    }
}

fn fault(object: &Object<'_>, name: &str, code: Code) -> Problem {
    Problem::at(code, object.pointer(name), code.message())
}

fn metadata(object: &Object<'_>) -> Result<Option<String>, Problem> {
    let Some(raw) = object.raw("metadata") else { return Ok(None) };
    if !raw.get().starts_with('{') {
        let at = object.pointer("metadata");
        return Err(Problem::at(Code::ValidationError, at, "metadata must be an object"));
    }
    let json = compact(raw.get());
    if json.len() > MAX_METADATA_BYTES {
        return Err(fault(object, "metadata", Code::MetadataTooLarge));
    }
    Ok(Some(json))
}

fn life_ms(object: &Object<'_>) -> Result<i64, Problem> {
    const NAME: &str = "expires_in";
    let Some(raw) = object.raw(NAME) else { return Ok(DEFAULT_LIFE_MS) };
    let digits = raw.get().strip_prefix('-').unwrap_or(raw.get());
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault(object, NAME, Code::InvalidExpirationFormat));
    }
    // A whole number that fits no i64 is out of range all the more.
    raw.get()
        .parse()
        .ok()
        .filter(|life_ms| (1..=MAX_LIFE_MS).contains(life_ms))
        .ok_or_else(|| fault(object, NAME, Code::InvalidExpirationRange))
}

fn receiver_override(object: &Object<'_>) -> Result<Option<Address>, Problem> {
    const NAME: &str = "receiver_override_address";
    let enabled = object.boolean("receiver_override_enable")?.unwrap_or(false);
    let text = object.text(NAME, MAX_ADDRESS_CHARS)?;
    if !enabled {
        return Ok(None);
    }
    let text = text.ok_or_else(|| {
        let message = "receiver_override_address is required when receiver_override_enable is true";
        Problem::at(Code::ValidationError, object.pointer(NAME), message)
    })?;
    let kind = if text.starts_with("0x") { Kind::Evm } else { Kind::Solana };
    Address::parse(kind, &text).map(Some).map_err(|error| {
        let message = match error {
            address::Error::Format => "receiver_override_address is not an address",
            address::Error::Nobody => "receiver_override_address is the zero address, which is nobody's",
            address::Error::Checksum => "receiver_override_address has a wrong checksum (EIP-55); it is mistyped",
        };
        Problem::at(Code::ValidationError, object.pointer(NAME), message)
    })
}

fn customer_email(object: &Object<'_>) -> Result<Option<String>, Problem> {
    let Some(text) = object.text("customer_email", MAX_TEXT_CHARS)? else { return Ok(None) };
    if !is_email(&text) {
        let at = object.pointer("customer_email");
        return Err(Problem::at(Code::ValidationError, at, "customer_email is not an email address"));
    }
    Ok(Some(text))
}

/// Whether `text` looks like an address mail can be sent to: one `@`, something before it, a dotted domain after it.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = |char: char| !char.is_whitespace() && !char.is_control() && !"@,;:<>()[]\\\"".contains(char);
    let label = |label: &str| {
        let edge = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        edge(label.chars().next())
            && edge(label.chars().next_back())
            && label.chars().all(|char| char.is_alphanumeric() || char == '-')
    };
    (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// The URL, and whether it is on: `None` for who says nothing about either.
fn return_url(object: &Object<'_>) -> Result<(Option<String>, Option<bool>), Problem> {
    const NAME: &str = "payment_return_url";
    let url = object.text(NAME, MAX_URL_CHARS)?;
    let enabled = object.boolean("payment_return_url_enabled")?.or(url.is_some().then_some(true));
    match &url {
        Some(text) if !is_https_url(text) => {
            let message = "payment_return_url must be an absolute https URL without user name";
            Err(Problem::at(Code::ValidationError, object.pointer(NAME), message))
        }
        None if enabled == Some(true) => {
            let message = "payment_return_url is required when payment_return_url_enabled is true";
            Err(Problem::at(Code::ValidationError, object.pointer(NAME), message))
        }
        Some(_) | None => Ok((url, enabled)),
    }
}

/// An absolute https URL that is safe to put behind a link: plain ASCII, a host, and nobody's user name before it.
fn is_https_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = match authority.strip_prefix('[').and_then(|v6| v6.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.strip_prefix(':').unwrap_or("x"))),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let host_char = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    scheme.eq_ignore_ascii_case("https")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
        && !host.is_empty()
        && host.bytes().all(host_char)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

fn questions(object: &Object<'_>) -> Result<Option<String>, Problem> {
    let Some(raw) = object.raw("questions") else { return Ok(None) };
    Questions::parse(raw, object.pointer("questions")).map(|questions| questions.map(|questions| questions.stored()))
}

#[cfg(test)]
mod tests;
