//! The text frames of a socket, told apart by their `object`.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ControlFrame;

/// What a frame is.
#[derive(Debug)]
pub(super) enum Frame<E> {
    Event(Box<E>),
    Control(ControlFrame),
    Error(Fault),
    /// Of a kind that is not known here.
    Unknown,
}

/// Why the server is about to close.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Fault {
    pub(super) code: String,
    pub(super) message: String,
}

/// Reads a frame; one that is broken may have been an event.
pub(super) fn read<E: DeserializeOwned>(text: &str) -> serde_json::Result<Frame<E>> {
    #[derive(Deserialize)]
    struct Object {
        object: String,
    }

    let Object { object } = serde_json::from_str(text)?;
    Ok(match object.as_str() {
        "event" => Frame::Event(serde_json::from_str(text)?),
        "ws_control" => Frame::Control(serde_json::from_str(text)?),
        "ws_error" => Frame::Error(serde_json::from_str(text)?),
        _ => Frame::Unknown,
    })
}
