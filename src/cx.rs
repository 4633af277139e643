//! `Cx`: the ports that a request works through, and who it is for. First parameter everywhere.
//!
//! `edge/` implements the ports on Cloudflare, `tests/it` natively. Nothing here knows either.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::config::mail::Smtp;
use crate::config::{Config, ConfigError};
use crate::db::{Batch, DbError, Rows};
use crate::kit::hash;
use crate::kit::id::{
    letters, uuid, AuditId, CheckoutIntentId, DownloadToken, DownloadTokenId, MailId, SessionId, SubscriptionId,
    TenantId, UserId, RANDOM_BYTES,
};
use crate::kit::time::Moment;

/// A future of one request; a Worker has one thread, so nothing needs to be `Send`.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// The database: one call, all or nothing.
pub trait Database {
    /// Runs a batch and returns the rows of each statement.
    fn commit(&self, batch: Batch) -> Task<'_, Result<Rows, DbError>>;
}

/// A private object that is open for reading.
pub struct OpenObject {
    /// Its size in bytes.
    pub bytes: u64,
    /// The media type it was stored with.
    pub content_type: Option<String>,
    /// The platform's own stream; only the port that made it can read it.
    pub stream: Box<dyn Any>,
}

/// An object to be stored.
pub struct NewObject {
    /// Where it lies; never leaves the server.
    pub key: String,
    /// Its content.
    pub content: Vec<u8>,
    /// Its media type.
    pub content_type: String,
    /// What is kept beside it.
    pub metadata: Vec<(&'static str, String)>,
}

/// Why the object store could not do its work. The text is for the log.
#[derive(Debug, thiserror::Error)]
#[error("object store: {0}")]
pub struct ObjectError(pub String);

/// The private object store.
pub trait Objects {
    /// Opens an object for reading; `None` when there is none under that key.
    fn open<'a>(&'a self, key: &'a str) -> Task<'a, Result<Option<OpenObject>, ObjectError>>;
    /// Stores an object, in the place of another under the same key.
    fn put(&self, object: NewObject) -> Task<'_, Result<(), ObjectError>>;
    /// Deletes objects; a key without an object is fine.
    fn delete(&self, keys: Vec<String>) -> Task<'_, Result<(), ObjectError>>;
}

/// A request to a provider. No `Debug`: a header holds the key.
#[derive(Clone)]
pub struct OutboundRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body of a `POST`.
    pub body: Option<String>,
    /// How long to wait for the whole answer, in milliseconds.
    pub timeout_ms: u32,
}

/// A provider's answer.
#[derive(Clone, Debug)]
pub struct OutboundAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The value of `Stripe-Should-Retry`, if it was sent.
    pub should_retry: Option<bool>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// Nothing came within the time given.
    #[error("timed out")]
    Timeout,
    /// The connection failed.
    #[error("connection failed")]
    Connection,
    /// The answer was larger than we read.
    #[error("answer too large")]
    TooLarge,
}

/// HTTP to providers.
pub trait Outbound {
    /// Sends one request. Redirects are not followed.
    fn send(&self, request: OutboundRequest) -> Task<'_, Result<OutboundAnswer, OutboundError>>;
    /// Waits before a request is repeated.
    fn pause(&self, milliseconds: u32) -> Task<'_, ()>;
}

/// What a queue carries: what is to be done, and to which row. The row is the record; a message is only a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What is to be done.
    pub kind: &'static str,
    /// The row.
    pub id: String,
}

/// The queue did not take a message. The text is for the log.
#[derive(Debug, thiserror::Error)]
#[error("queue: {0}")]
pub struct QueueError(pub String);

/// Work for later.
pub trait Queue {
    /// Hands a message over.
    fn send(&self, message: Message) -> Task<'_, Result<(), QueueError>>;
}

/// A mail could not be handed over. The text is for the log and never holds an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("post: {0}")]
pub struct PostError(pub String);

/// A connection to a mail server.
pub trait Line {
    /// The next bytes; none at the end.
    fn read(&mut self) -> Task<'_, Result<Vec<u8>, PostError>>;
    /// Sends all of these bytes.
    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> Task<'a, Result<(), PostError>>;
    /// Goes on under TLS.
    fn start_tls(self: Box<Self>) -> Result<Box<dyn Line>, PostError>;
}

/// The platform's own ways to send mail.
pub trait Post {
    /// Opens a connection to a mail server.
    fn dial<'a>(&'a self, server: &'a Smtp) -> Task<'a, Result<Box<dyn Line>, PostError>>;
    /// Hands a whole message to the platform.
    fn hand_over<'a>(&'a self, from: &'a str, to: &'a str, message: &'a str) -> Task<'a, Result<(), PostError>>;
}

/// The slow part of a password check. A port, because Unicode's normal form comes from the platform, and because tests
/// count how often it runs.
pub trait Kdf {
    /// Better Auth's scrypt over the normal form (NFKC) of a password.
    fn derive(&self, password: &str, salt: &str) -> Option<[u8; 64]>;
}

/// The clock.
pub trait Clock {
    /// What time it is.
    fn now(&self) -> Moment;
}

/// The source of fresh ids. Random bytes come from the platform's cryptographic source.
pub trait Ids {
    /// Fills a buffer with random bytes.
    fn random(&self, bytes: &mut [u8]);
}

/// The ports of one deployment.
#[derive(Clone)]
pub struct Ports {
    /// The database.
    pub db: Rc<dyn Database>,
    /// The private objects.
    pub objects: Rc<dyn Objects>,
    /// HTTP to providers.
    pub outbound: Rc<dyn Outbound>,
    /// Work for later.
    pub queue: Rc<dyn Queue>,
    /// The platform's own ways to send mail.
    pub post: Rc<dyn Post>,
    /// Password hashes.
    pub kdf: Rc<dyn Kdf>,
    /// The clock.
    pub clock: Rc<dyn Clock>,
    /// Fresh ids.
    pub ids: Rc<dyn Ids>,
}

/// What a request works with.
pub struct Cx {
    /// The ports.
    pub ports: Ports,
    /// Settings, read once.
    pub config: Rc<Config>,
    /// Whose shop answers.
    pub tenant: TenantId,
}

impl Cx {
    /// Runs a batch.
    ///
    /// # Errors
    /// Whatever the database says; nothing was kept then.
    pub async fn commit(&self, batch: Batch) -> Result<Rows, DbError> {
        self.ports.db.commit(batch).await
    }

    /// The present moment. Read it once per request.
    pub fn now(&self) -> Moment {
        self.ports.clock.now()
    }

    /// The keyed hash of a private text: can be compared, cannot be guessed without the secret.
    ///
    /// # Errors
    /// [`ConfigError`] when the secret is not set.
    pub fn keyed_hash(&self, purpose: &str, text: &str) -> Result<String, ConfigError> {
        Ok(hash::keyed_hex(self.config.auth_secret()?.open().as_bytes(), purpose, text))
    }

    /// A fresh intent id.
    pub fn fresh_intent(&self) -> CheckoutIntentId {
        CheckoutIntentId::from_uuid(&self.uuid())
    }

    /// A fresh id for a subscription.
    pub fn fresh_subscription(&self) -> SubscriptionId {
        SubscriptionId::from_uuid(&self.uuid())
    }

    /// A fresh audit id.
    pub fn fresh_audit(&self) -> AuditId {
        AuditId::from_uuid(&self.uuid())
    }

    /// A fresh id for the row of a download token.
    pub fn fresh_token_row(&self) -> DownloadTokenId {
        DownloadTokenId::from_uuid(&self.uuid())
    }

    /// A fresh download bearer.
    pub fn fresh_token(&self) -> DownloadToken {
        let mut bytes = [0; DownloadToken::RANDOM_BYTES];
        self.ports.ids.random(&mut bytes);
        DownloadToken::from_random(bytes)
    }

    /// A fresh mail id.
    pub fn fresh_mail(&self) -> MailId {
        MailId::from_uuid(&self.uuid())
    }

    /// A fresh account id.
    pub fn fresh_user(&self) -> UserId {
        UserId::from_random(self.random())
    }

    /// A fresh session id.
    pub fn fresh_session(&self) -> SessionId {
        SessionId::from_random(self.random())
    }

    /// Fresh characters of an alphabet: a secret in Better Auth's style.
    pub fn fresh_letters(&self, alphabet: &[u8]) -> String {
        letters(self.random(), alphabet)
    }

    fn random(&self) -> [u8; RANDOM_BYTES] {
        let mut bytes = [0; RANDOM_BYTES];
        self.ports.ids.random(&mut bytes);
        bytes
    }

    /// A random UUID.
    pub fn uuid(&self) -> String {
        let mut bytes = [0_u8; 16];
        self.ports.ids.random(&mut bytes);
        uuid(bytes)
    }
}
