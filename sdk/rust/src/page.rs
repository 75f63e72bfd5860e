//! Lists that go on by themselves: await one for its first page, or stream every object of every page.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, Stream, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Result;
use crate::request::Request;
use crate::transport::{Call, Transport};
use crate::types::{Event, Invoice, PayorEvent, Webhook, WebhookDelivery};

/// One page of a list.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The objects, newest first.
    pub data: Vec<T>,
    /// Whether there are more in the direction that was asked for.
    pub has_more: bool,
}

/// What lists and streams are made of.
pub trait Listed: DeserializeOwned + Send + 'static {
    /// What a page begins after.
    fn id(&self) -> &str;
}

macro_rules! listed {
    ($($type:ty),*) => {
        $(impl Listed for $type {
            fn id(&self) -> &str {
                &self.id
            }
        })*
    };
}
listed!(Event, Invoice, PayorEvent, Webhook, WebhookDelivery);

/// A list. Nothing is asked before it is awaited or streamed.
#[derive(Clone, Debug)]
#[must_use = "nothing is asked before a list is awaited or streamed"]
pub struct List<T> {
    transport: Transport,
    call: Call,
    wrapped: bool,
    item: std::marker::PhantomData<fn() -> T>,
}

impl<T: Listed> List<T> {
    pub(crate) fn new(transport: &Transport, call: Call) -> Self {
        Self { transport: transport.clone(), call, wrapped: false, item: std::marker::PhantomData }
    }

    /// A list whose pages are wrapped.
    pub(crate) fn wrapped(transport: &Transport, call: Call) -> Self {
        Self { wrapped: true, ..Self::new(transport, call) }
    }

    fn request(&self) -> Request<Page<T>> {
        let (transport, call) = (&self.transport, self.call.clone());
        if self.wrapped { Request::wrapped(transport, call) } else { Request::new(transport, call) }
    }

    /// Every object of every page, fetched as they are reached: newest first, or oldest first with `ending_before`, away
    /// from that object. Ends after the first error.
    pub fn stream(self) -> impl Stream<Item = Result<T>> + Send + Unpin + 'static {
        self.boxed()
    }

    pub(crate) fn boxed(self) -> BoxStream<'static, Result<T>> {
        let pages = stream::try_unfold(Some(self), |list| async move {
            let Some(list) = list else { return Ok(None) };
            let mut page = list.request().await?;
            let newer = list.call.query.has("ending_before");
            if newer {
                page.data.reverse();
            }
            let last = page.data.last().filter(|_| page.has_more).map(|last| last.id().to_owned());
            let next = last.map(|last| list.after(if newer { "ending_before" } else { "starting_after" }, &last));
            Ok(Some((stream::iter(page.data.into_iter().map(Ok)), next)))
        });
        pages.try_flatten().boxed()
    }

    fn after(mut self, cursor: &'static str, id: &str) -> Self {
        self.call.query = self.call.query.replacing(cursor, id);
        self
    }
}

impl<T: Listed> IntoFuture for List<T> {
    type Output = Result<Page<T>>;
    type IntoFuture = BoxFuture<'static, Result<Page<T>>>;

    fn into_future(self) -> Self::IntoFuture {
        self.request().into_future()
    }
}

/// Missed events, oldest first: await it for all of them, or stream them as they are fetched.
#[derive(Clone, Debug)]
#[must_use = "nothing is asked before a recovery is awaited or streamed"]
pub struct Recovery(pub(crate) List<Event>);

impl Recovery {
    /// How many events are fetched at once, 1 to 100; 100 unless said. All are given, however many there are.
    pub fn limit(mut self, events: u32) -> Self {
        self.0.call.query = self.0.call.query.replacing("limit", &events.to_string());
        self
    }

    /// Each event, oldest first.
    pub fn stream(self) -> impl Stream<Item = Result<Event>> + Send + Unpin + 'static {
        self.0.boxed()
    }
}

impl IntoFuture for Recovery {
    type Output = Result<Vec<Event>>;
    type IntoFuture = BoxFuture<'static, Result<Vec<Event>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.0.boxed().try_collect())
    }
}
