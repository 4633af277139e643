//! The ports of the native shop: SQLite, files in memory, a scripted Stripe, a clock and ids that count.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::task::Poll;

use bumpgrade::account::password::scrypt;
use bumpgrade::config::mail::Smtp;
use bumpgrade::cx::{
    Clock, Database, Ids, Kdf, Line, Message, NewObject, ObjectError, Objects, OpenObject, Outbound, OutboundAnswer,
    OutboundError, OutboundRequest, Post, PostError, Queue, QueueError, Task,
};
use bumpgrade::db::{sqlite, Batch, DbError, Rows};
use bumpgrade::http::req::{BodyError, Source};
use bumpgrade::kit::time::Moment;
use rusqlite::limits::Limit;
use rusqlite::Connection;
use serde_json::{json, Value};

pub struct Db {
    pub connection: RefCell<Connection>,
    /// How many batches were committed.
    pub calls: Cell<usize>,
    /// The names of the statements of every batch.
    pub asked: RefCell<Vec<&'static str>>,
    /// The call that fails, counted from now.
    pub fail_at: Cell<Option<usize>>,
    /// Lets other requests run before each call, so that two of them can be under way at once.
    pub gives_way: Cell<bool>,
}

impl Database for Db {
    fn commit(&self, batch: Batch) -> Task<'_, Result<Rows, DbError>> {
        self.calls.set(self.calls.get() + 1);
        self.asked.borrow_mut().extend(batch.statements().iter().map(|stmt| stmt.query.name));
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

/// Media type and metadata of an object.
type Kept = (String, Vec<(&'static str, String)>);

#[derive(Default)]
pub struct Files {
    pub content: RefCell<HashMap<String, Vec<u8>>>,
    /// Media type and metadata of each object that was put.
    pub kept: RefCell<Vec<Kept>>,
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

    fn put(&self, object: NewObject) -> Task<'_, Result<(), ObjectError>> {
        let stored = if self.broken.get() { Err(ObjectError("injected".to_owned())) } else { Ok(()) };
        if stored.is_ok() {
            self.content.borrow_mut().insert(object.key, object.content);
            self.kept.borrow_mut().push((object.content_type, object.metadata));
        }
        Box::pin(async move { stored })
    }

    fn delete(&self, keys: Vec<String>) -> Task<'_, Result<(), ObjectError>> {
        let deleted = if self.broken.get() { Err(ObjectError("injected".to_owned())) } else { Ok(()) };
        if deleted.is_ok() {
            self.content.borrow_mut().retain(|key, _| !keys.contains(key));
        }
        Box::pin(async move { deleted })
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

/// A queue that a test drains.
#[derive(Default)]
pub struct Waiting {
    pub messages: RefCell<VecDeque<Message>>,
    pub broken: Cell<bool>,
}

impl Queue for Waiting {
    fn send(&self, message: Message) -> Task<'_, Result<(), QueueError>> {
        if self.broken.get() {
            return Box::pin(async { Err(QueueError("injected".to_owned())) });
        }
        self.messages.borrow_mut().push_back(message);
        Box::pin(async { Ok(()) })
    }
}

/// The real derivation, counted. Passwords in tests are in their normal form already.
#[derive(Default)]
pub struct Slow {
    pub runs: Cell<usize>,
}

impl Kdf for Slow {
    fn derive(&self, password: &str, salt: &str) -> Option<[u8; 64]> {
        self.runs.set(self.runs.get() + 1);
        scrypt(password, salt)
    }
}

/// A mail server that says what a test wrote down, and remembers what it was told.
#[derive(Default)]
pub struct Letterbox {
    /// Replies in order. `TLS` stands for a connection that goes on encrypted; an empty text ends it.
    pub says: RefCell<VecDeque<String>>,
    /// Everything that was written, by line.
    pub heard: std::rc::Rc<RefCell<String>>,
    /// What the binding answers.
    pub refuses: Cell<bool>,
    /// Messages that the binding took.
    pub taken: RefCell<Vec<(String, String, String)>>,
    pub dials: Cell<usize>,
}

struct Call {
    says: VecDeque<String>,
    heard: std::rc::Rc<RefCell<String>>,
}

impl Post for Letterbox {
    fn dial<'a>(&'a self, _server: &'a Smtp) -> Task<'a, Result<Box<dyn Line>, PostError>> {
        self.dials.set(self.dials.get() + 1);
        let says = self.says.borrow().clone();
        let heard = self.heard.clone();
        Box::pin(async move { Ok(Box::new(Call { says, heard }) as Box<dyn Line>) })
    }

    fn hand_over<'a>(&'a self, from: &'a str, to: &'a str, message: &'a str) -> Task<'a, Result<(), PostError>> {
        let refused = self.refuses.get();
        if !refused {
            self.taken.borrow_mut().push((from.to_owned(), to.to_owned(), message.to_owned()));
        }
        Box::pin(async move {
            if refused {
                Err(PostError("injected".to_owned()))
            } else {
                Ok(())
            }
        })
    }
}

impl Line for Call {
    fn read(&mut self) -> Task<'_, Result<Vec<u8>, PostError>> {
        let next = self.says.pop_front();
        Box::pin(async move {
            match next {
                Some(text) if text == "BROKEN" => Err(PostError("injected".to_owned())),
                text => Ok(text.unwrap_or_default().into_bytes()),
            }
        })
    }

    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> Task<'a, Result<(), PostError>> {
        self.heard.borrow_mut().push_str(&String::from_utf8_lossy(bytes));
        Box::pin(async { Ok(()) })
    }

    fn start_tls(self: Box<Self>) -> Result<Box<dyn Line>, PostError> {
        self.heard.borrow_mut().push_str("(TLS)\r\n");
        Ok(self)
    }
}

/// Refuses the statements that D1 would refuse. (developers.cloudflare.com/d1/platform/limits, and what workerd sets.)
pub fn as_small_as_d1(connection: &Connection) {
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
    ] {
        connection.set_limit(limit, most).unwrap();
    }
}
