//! `Shop`: the demo shop on an in-memory database, with a fixed clock, counting ids, and a Stripe that answers at once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use bumpgrade::config::Config;
use bumpgrade::cx::{Cx, Ports};
use bumpgrade::http::dispatch::{self, Table};
use bumpgrade::http::{Body, Incoming, Reply};
use bumpgrade::kit::hash::sha256_hex;
use bumpgrade::kit::id::TenantId;
use futures_executor::block_on;
use futures_util::future::join;
use hmac::{Hmac, Mac};
use rusqlite::backup::Backup;
use rusqlite::Connection;
use serde_json::{json, Value};
use sha2::Sha256;

use crate::ports::{as_small_as_d1, Counter, Db, Files, Given, Hands, Letterbox, Slow, Stripe, Waiting};

pub const ORIGIN: &str = "http://127.0.0.1:8787";
pub const CONFIRMATION: &str = "Create checkout for Bumpgrade launch pass at 9.00 USD";
pub const LAUNCH_PASS: &str = "price-bumpgrade-sandbox-launch-pass-usd";
pub const CHECKLIST: &str = "price-launch-checklist-bump-usd";
pub const SECRET: &str = "whsec_native_test_secret";
pub const AUTH_SECRET: &str = "native-tests-native-tests-native-tests";
pub const OWNER_EMAIL: &str = "owner@example.test";
pub const FILE: &[u8] = b"the checklist";
/// 2026-11-20T12:00:00Z.
pub const NOON: i64 = 1_795_176_000;

/// Statements that stay prepared; the largest batches have more than SQLite's usual 16.
const PREPARED_MAX: usize = 256;

/// Every migration in order, then the demo shop.
pub fn migrations() -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// The demo shop: every seed file in order.
pub fn seed() -> String {
    let mut files: Vec<_> = std::fs::read_dir("fixtures/seed").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "sql"));
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// A database with every migration and nothing else.
pub fn migrated() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    // A batch has more statements than are kept prepared by default.
    connection.set_prepared_statement_cache_capacity(PREPARED_MAX);
    as_small_as_d1(&connection);
    for (name, sql) in migrations() {
        connection.execute_batch(&sql).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    connection
}

/// A database with every migration and the demo shop, made once.
static FURNISHED: LazyLock<Mutex<Connection>> = LazyLock::new(|| {
    let connection = migrated();
    connection.execute_batch(&seed()).unwrap();
    Mutex::new(connection)
});

/// A copy of the furnished database: much quicker than to migrate again for each of thousands of shops.
fn furnished() -> Connection {
    let mut copy = Connection::open_in_memory().unwrap();
    let from = FURNISHED.lock().unwrap();
    Backup::new(&from, &mut copy).unwrap().run_to_completion(i32::MAX, Duration::ZERO, None).unwrap();
    copy.pragma_update(None, "foreign_keys", true).unwrap();
    copy.set_prepared_statement_cache_capacity(PREPARED_MAX);
    as_small_as_d1(&copy);
    copy
}

/// An answer as a test reads it.
pub struct Seen {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub text: String,
    pub log: Option<String>,
}

impl Seen {
    /// Every redaction flag of every answer in every test is false, but for the one that an owner's own note must admit.
    fn holds_nothing_private(&self) {
        const ADMITTED: &str = "targetEntitlementIdsIncluded";
        let Ok(Value::Object(answer)) = serde_json::from_str(&self.text) else { return };
        let flags = answer.get("redaction").and_then(Value::as_object).into_iter().flatten();
        for (flag, holds) in flags.filter(|(flag, _)| *flag != ADMITTED) {
            assert_eq!(holds, &json!(false), "{flag} in {}", self.text);
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Status and body, for snapshots.
    pub fn shown(&self) -> String {
        format!("{}\n{}", self.status, serde_json::to_string_pretty(&self.json()).unwrap())
    }
}

pub struct Shop {
    pub db: Rc<Db>,
    pub files: Rc<Files>,
    pub stripe: Rc<Stripe>,
    pub clock: Rc<Hands>,
    pub queue: Rc<Waiting>,
    pub kdf: Rc<Slow>,
    pub post: Rc<Letterbox>,
    pub cx: Cx,
    pub table: Table,
}

impl Shop {
    pub fn new() -> Self {
        Self::with_settings(&[
            ("STRIPE_SECRET_KEY_SANDBOX", "sk_test_nativetestsnativetests"),
            ("STRIPE_WEBHOOK_SECRET_SANDBOX", SECRET),
            ("BETTER_AUTH_SECRET", AUTH_SECRET),
            ("PLATFORM_OWNER_EMAILS", OWNER_EMAIL),
            ("MAIL_TRANSPORT", "cloudflare"),
            ("MAIL_FROM", "The Shop <shop@example.test>"),
            ("PLAN_BILLING_MODE", "sandbox"),
        ])
    }

    pub fn with_settings(settings: &[(&str, &str)]) -> Self {
        Self::build(settings, bumpgrade::route::table().unwrap())
    }

    pub fn build(settings: &[(&str, &str)], table: Table) -> Self {
        let connection = furnished();
        let key = "products/fixtures/asset-launch-checklist-pdf.txt".to_owned();
        let db = Rc::new(Db {
            connection: RefCell::new(connection),
            calls: Cell::new(0),
            asked: RefCell::default(),
            fail_at: Cell::new(None),
            gives_way: Cell::default(),
        });
        let files = Rc::new(Files { content: RefCell::new([(key, FILE.to_vec())].into()), ..Files::default() });
        let stripe = Rc::new(Stripe::default());
        let clock = Rc::new(Hands(Cell::new(NOON)));
        let (queue, kdf, post) = (Rc::new(Waiting::default()), Rc::new(Slow::default()), Rc::new(Letterbox::default()));
        let find = |name: &str| settings.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let cx = Cx {
            ports: Ports {
                db: db.clone(),
                objects: files.clone(),
                outbound: stripe.clone(),
                queue: queue.clone(),
                post: post.clone(),
                kdf: kdf.clone(),
                clock: clock.clone(),
                ids: Rc::new(Counter::default()),
            },
            config: Rc::new(Config::read(find).unwrap()),
            tenant: TenantId::parse("tenant-platform").unwrap(),
        };
        Self { db, files, stripe, clock, queue, kdf, post, cx, table }
    }

    /// The same world as another shop sees it.
    pub fn of_tenant(&self, tenant: &str) -> Self {
        let Cx { ports, config, .. } = &self.cx;
        let cx = Cx { ports: ports.clone(), config: config.clone(), tenant: TenantId::parse(tenant).unwrap() };
        let (db, files, stripe, clock) = (self.db.clone(), self.files.clone(), self.stripe.clone(), self.clock.clone());
        let (queue, kdf, post) = (self.queue.clone(), self.kdf.clone(), self.post.clone());
        let table = bumpgrade::route::table().unwrap();
        Self { db, files, stripe, clock, queue, kdf, post, cx, table }
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Seen {
        block_on(self.answer(method, path, headers, body))
    }

    /// The same request twice, under way at once.
    pub fn send_twice(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> [Seen; 2] {
        self.db.gives_way.set(true);
        let both = join(self.answer(method, path, headers, body), self.answer(method, path, headers, body));
        let both = block_on(both).into();
        self.db.gives_way.set(false);
        both
    }

    async fn answer(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Seen {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{ORIGIN}{path}") };
        let headers = headers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let incoming = Incoming {
            method: method.to_owned(),
            url: address.parse().unwrap(),
            source: Box::new(Given { headers, body: body.to_vec() }),
        };
        let (reply, log) = dispatch::handle(&self.cx, &self.table, bumpgrade::route::HOUSE, incoming).await;
        let Reply { status, headers, body, .. } = reply;
        let text = match body {
            Body::Empty => String::new(),
            Body::Html(text) | Body::Json(text) => text,
            Body::Image(text) => text.to_owned(),
            Body::Object(object) => String::from_utf8(*object.stream.downcast::<Vec<u8>>().unwrap()).unwrap(),
        };
        let headers = headers.into_iter().map(|(name, value)| (name, value.into_owned())).collect();
        let seen = Seen { status, headers, text, log: log.map(|line| line.0) };
        seen.holds_nothing_private();
        seen
    }

    pub fn get(&self, path: &str) -> Seen {
        self.send("GET", path, &[], b"")
    }

    pub fn page(&self, path: &str) -> Seen {
        self.send("GET", path, &[("accept", "text/html")], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Seen {
        self.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes())
    }

    pub fn form(&self, path: &str, body: &str) -> Seen {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
        self.send("POST", path, &headers, body.as_bytes())
    }

    /// The body of a confirmed start with the order bump.
    pub fn order(key: &str) -> Value {
        json!({
            "orderBumpPriceIds": [CHECKLIST],
            "buyerEmail": "Ana@Example.com",
            "confirmationText": CONFIRMATION,
            "idempotencyKey": key,
        })
    }

    /// Starts a checkout with the order bump; returns the intent.
    pub fn start(&self, key: &str) -> String {
        let seen = self.post("/api/commerce/checkout", &Self::order(key));
        assert_eq!(seen.status, 200, "{}", seen.text);
        seen.json()["checkoutIntentId"].as_str().unwrap().to_owned()
    }

    /// An event about the session of an intent, as Stripe would send it after a full payment.
    pub fn event(&self, id: &str, kind: &str, intent: &str) -> Value {
        let session = self.text("SELECT stripe_checkout_session_id FROM checkout_intents WHERE id = ?1", intent);
        json!({
            "id": id, "object": "event", "type": kind, "created": self.clock.0.get(), "livemode": false,
            "api_version": "2026-04-22.dahlia",
            "data": { "object": {
                "id": session, "object": "checkout.session", "status": "complete", "payment_status": "paid",
                "amount_total": 2800, "currency": "usd", "client_reference_id": intent,
                "metadata": { "checkout_intent_id": intent }, "payment_intent": "pi_test_0123456789",
                "subscription": null, "customer_details": { "email": "ana@example.com" },
            } },
        })
    }

    pub fn signature(&self, body: &str) -> String {
        signature(SECRET, self.clock.0.get(), body)
    }

    /// Delivers an event, signed.
    pub fn deliver(&self, event: &Value) -> Seen {
        let body = event.to_string();
        self.send("POST", "/api/stripe/webhook", &[("stripe-signature", &self.signature(&body))], body.as_bytes())
    }

    /// A whole purchase; returns the intent.
    pub fn buy(&self, key: &str) -> String {
        let intent = self.start(key);
        let seen = self.deliver(&self.event(&format!("evt_{key}"), "checkout.session.completed", &intent));
        assert_eq!(seen.status, 200, "{}", seen.text);
        intent
    }

    /// Makes a token for the first entitlement of a purchase; returns the address of its download.
    pub fn token(&self, intent: &str) -> String {
        let body = json!({ "checkoutIntentId": intent, "entitlementId": entitlement(intent) });
        let seen = self.post("/api/products/download-tokens", &body);
        assert_eq!(seen.status, 201, "{}", seen.text);
        seen.json()["downloadUrl"].as_str().unwrap().to_owned()
    }

    /// Signs somebody in without a password: a row for the person, a row for the session. Returns the `Cookie` header.
    pub fn sign_in_as(&self, email: &str, verified: bool) -> String {
        let token: String = sha256_hex(email.as_bytes()).chars().take(32).collect();
        let (now, verified) = (self.clock.0.get(), i64::from(verified));
        self.run_sql(&format!(
            "INSERT INTO user (id, name, email, email_verified, created_at, updated_at)
               VALUES ('{token}', 'Olga Owner', '{email}', {verified}, {now}, {now})
               ON CONFLICT (email) DO UPDATE SET email_verified = excluded.email_verified;
             INSERT INTO session (id, expires_at, token, created_at, updated_at, user_id)
               SELECT '{token}', {now} + 604800, '{}', {now}, {now}, id FROM user WHERE email = '{email}'
               ON CONFLICT DO NOTHING;",
            sha256_hex(token.as_bytes())
        ));
        format!("better-auth.session_token={}", bumpgrade::account::cookie::sign(AUTH_SECRET.as_bytes(), &token))
    }

    /// The `Cookie` header of a verified owner.
    pub fn owner(&self) -> String {
        self.sign_in_as(OWNER_EMAIL, true)
    }

    /// A GET by somebody who is signed in.
    pub fn get_as(&self, cookie: &str, path: &str) -> Seen {
        self.send("GET", path, &[("cookie", cookie)], b"")
    }

    /// A JSON POST by somebody who is signed in, from a page of ours.
    pub fn post_as(&self, cookie: &str, path: &str, body: &Value) -> Seen {
        let headers = [("cookie", cookie), ("origin", ORIGIN), ("content-type", "application/json")];
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// A form sent by somebody who is signed in, from a page of ours.
    pub fn form_as(&self, cookie: &str, path: &str, body: &str) -> Seen {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let headers = [("cookie", cookie), ("origin", ORIGIN), form, ("accept", "text/html")];
        self.send("POST", path, &headers, body.as_bytes())
    }

    pub fn run_sql(&self, sql: &str) {
        self.db.connection.borrow().execute_batch(sql).unwrap();
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.db.connection.borrow().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub fn text(&self, sql: &str, value: &str) -> String {
        self.db.connection.borrow().query_row(sql, [value], |row| row.get(0)).unwrap()
    }

    pub fn intent_status(&self, intent: &str) -> String {
        self.text("SELECT status FROM checkout_intents WHERE id = ?1", intent)
    }

    /// Every row of every table, for "nothing was written".
    pub fn dump(&self) -> String {
        let connection = self.db.connection.borrow();
        let mut names =
            connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").unwrap();
        let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut text = String::new();
        for name in names {
            let mut rows = connection.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
            let columns = rows.column_count();
            let mut rows = rows.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values: Vec<rusqlite::types::Value> = (0..columns).map(|at| row.get(at).unwrap()).collect();
                text.push_str(&format!("{name} {values:?}\n"));
            }
        }
        text
    }

    /// How many rows were ever changed: a read leaves it as it was.
    pub fn changes(&self) -> i64 {
        self.count("SELECT total_changes()")
    }

    pub fn calls_during(&self, act: impl FnOnce(&Self)) -> usize {
        let before = self.db.calls.get();
        act(self);
        self.db.calls.get() - before
    }
}

/// The entitlement of the order bump.
pub fn entitlement(intent: &str) -> String {
    format!("entitlement-{intent}-entitlement-template-launch-download")
}

pub fn signature(secret: &str, at: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    format!("t={at},v1={}", bumpgrade::kit::hash::hex(&mac.finalize().into_bytes()))
}
