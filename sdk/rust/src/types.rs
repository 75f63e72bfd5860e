//! The objects of the API: what its description has, written from it, and events, whose object has a type.

mod event;
mod generated;
mod open_enum;
mod payor;
mod usd;

pub use event::{Event, EventObject, EventRequest, EventType, Ping};
pub use generated::*;
pub use payor::{PayorEvent, PayorInvoice, PayorObject, PayorPayment, PayorQuote};
pub use usd::{ParseUsdError, Usd};
