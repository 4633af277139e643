//! The ports of the native shop: SQLite, files in memory, a scripted Stripe, a clock and ids that count.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::task::Poll;

use bumpgrade::cx::{
    Clock, Database, Ids, ObjectError, Objects, OpenObject, Outbound, OutboundAnswer, OutboundError, OutboundRequest,
    Task,
};
use bumpgrade::db::{sqlite, Batch, DbError, Rows};
use bumpgrade::http::req::{BodyError, Source};
use bumpgrade::kit::time::Moment;
use rusqlite::Connection;
use serde_json::{json, Value};

pub struct Db {
    pub connection: RefCell<Connection>,
    /// How many batches were committed.
    pub calls: Cell<usize>,
    /// The call that fails, counted from now.
    pub fail_at: Cell<Option<usize>>,
    /// Lets other requests run before each call, so that two of them can be under way at once.
    pub gives_way: Cell<bool>,
}

impl Database for Db {
    fn commit(&self, batch: Batch) -> Task<'_, Result<Rows, DbError>> {
        self.calls.set(self.calls.get() + 1);
        if let Some(left) = self.fail_at.get() {
            self.fail_at.set(left.checked_sub(1));
            if left == 0 {
                return Box::pin(async { Err(DbError::Failed("injected".to_owned())) });
            }
        }
        Box::pin(async move {
            let mut waits = self.gives_way.get();
            std::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::take(&mut waits) {
                    Poll::Pending
                } else {
                    Poll::Ready(())
                }
            })
            .await;
            sqlite::commit(&mut self.connection.borrow_mut(), &batch)
        })
    }
}

pub struct Files {
    pub content: RefCell<HashMap<String, Vec<u8>>>,
    pub broken: Cell<bool>,
}

impl Objects for Files {
    fn open<'a>(&'a self, key: &'a str) -> Task<'a, Result<Option<OpenObject>, ObjectError>> {
        if self.broken.get() {
            return Box::pin(async { Err(ObjectError("injected".to_owned())) });
        }
        let object = self.content.borrow().get(key).map(|bytes| OpenObject {
            bytes: bytes.len() as u64,
            content_type: Some("text/plain; charset=utf-8".to_owned()),
            stream: Box::new(bytes.clone()),
        });
        Box::pin(async move { Ok(object) })
    }
}

/// A Stripe that opens one session per idempotency key, unless the script says otherwise.
#[derive(Default)]
pub struct Stripe {
    pub requests: RefCell<Vec<OutboundRequest>>,
    pub script: RefCell<VecDeque<Result<OutboundAnswer, OutboundError>>>,
    pub events: RefCell<Vec<Value>>,
    pub pauses: Cell<usize>,
}

impl Stripe {
    pub fn answer(status: u16, body: Value) -> OutboundAnswer {
        OutboundAnswer { status, should_retry: None, body: body.to_string().into_bytes() }
    }

    fn header(request: &OutboundRequest, name: &str) -> Option<String> {
        request.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
    }

    fn respond(&self, request: &OutboundRequest) -> OutboundAnswer {
        if request.method == "GET" {
            let events = self.events.borrow().clone();
            return Self::answer(200, json!({ "object": "list", "data": events, "has_more": false }));
        }
        let key = Self::header(request, "idempotency-key").unwrap();
        let digits: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
        let id = format!("cs_test_{digits}");
        let form: Vec<(String, String)> = serde_urlencoded::from_str(request.body.as_deref().unwrap()).unwrap();
        let priced = form.iter().filter(|(name, _)| name.ends_with("[unit_amount]"));
        let total: i64 = priced.map(|(_, amount)| amount.parse::<i64>().unwrap()).sum();
        let url = format!("https://checkout.stripe.com/c/pay/{id}");
        Self::answer(200, json!({ "id": id, "url": url, "amount_total": total, "currency": "usd" }))
    }
}

impl Outbound for Stripe {
    fn send(&self, request: OutboundRequest) -> Task<'_, Result<OutboundAnswer, OutboundError>> {
        let scripted = self.script.borrow_mut().pop_front();
        let answer = scripted.unwrap_or_else(|| Ok(self.respond(&request)));
        self.requests.borrow_mut().push(request);
        Box::pin(async move { answer })
    }

    fn pause(&self, _milliseconds: u32) -> Task<'_, ()> {
        self.pauses.set(self.pauses.get() + 1);
        Box::pin(async {})
    }
}

pub struct Hands(pub Cell<i64>);

impl Clock for Hands {
    fn now(&self) -> Moment {
        Moment::from_unix_seconds(self.0.get())
    }
}

#[derive(Default)]
pub struct Counter(Cell<u64>);

impl Ids for Counter {
    fn random(&self, bytes: &mut [u8]) {
        self.0.set(self.0.get() + 1);
        bytes.fill(0);
        for (to, from) in bytes.iter_mut().rev().zip(self.0.get().to_le_bytes()) {
            *to = from;
        }
    }
}

pub struct Given {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Source for Given {
    fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> =
            self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    fn body(&mut self, cap: usize) -> Task<'_, Result<Vec<u8>, BodyError>> {
        let body = if self.body.len() > cap { Err(BodyError::TooLarge) } else { Ok(self.body.clone()) };
        Box::pin(async move { body })
    }
}
