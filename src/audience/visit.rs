//! What the public forms of the audience have in common: who is meant, by which key, and how often.

use crate::account::limit::{self, Counted, Rule};
use crate::config::ConfigError;
use crate::cx::Cx;
use crate::db::{Batch, Bind, Rows, Value};
use crate::http::{key, Error, Fields, Refusal, Req, Result};
use crate::kit::bounds::{
    AUDIENCE_ADDRESS_SECONDS, AUDIENCE_MAILS_MAX, AUDIENCE_PLACE_MAX, AUDIENCE_PLACE_SECONDS, LEAVE_ADDRESS_MAX,
    OWN_DATA_LINK_LIFE_SECONDS,
};
use crate::kit::email::Email;
use crate::kit::time::Moment;

/// The address is none that mail can be sent to.
pub const INVALID_EMAIL: Refusal = Refusal::new(400, "invalid_email", "Please check the e-mail address.");

/// What is counted when somebody uses a public form: the place they are at, and the address that they name.
pub struct Rules {
    place: Rule,
    address: Rule,
}

const fn rules(place: &'static str, address: &'static str, max: i64, window_seconds: i64) -> Rules {
    Rules {
        place: Rule { path: place, max: AUDIENCE_PLACE_MAX, window_seconds: AUDIENCE_PLACE_SECONDS },
        address: Rule { path: address, max, window_seconds },
    }
}

/// Joining a list.
pub static JOIN: Rules =
    rules("/audience/join", "/audience/join/address", AUDIENCE_MAILS_MAX, AUDIENCE_ADDRESS_SECONDS);
/// Leaving every list without proof of the address.
pub static LEAVE: Rules =
    rules("/audience/leave", "/audience/leave/address", LEAVE_ADDRESS_MAX, AUDIENCE_ADDRESS_SECONDS);
/// Asking for one's own data. Whoever is over the limit because of others has a link of theirs that still works.
pub static OWN_DATA: Rules =
    rules("/audience/own-data", "/audience/own-data/address", AUDIENCE_MAILS_MAX, OWN_DATA_LINK_LIFE_SECONDS);

/// A request that has been counted in a batch that is still to be committed.
pub struct Limits {
    place: Counted,
    address: Counted,
}

impl Limits {
    /// Counts a request in its own batch.
    ///
    /// # Errors
    /// A fault when the secret is not set.
    pub fn count(
        cx: &Cx,
        req: &Req,
        rules: &'static Rules,
        email_hash: &str,
        batch: &mut Batch,
        now: Moment,
    ) -> Result<Self> {
        let place = limit::count(cx, req, &rules.place, batch, now)?;
        Ok(Self { place, address: limit::count_for(cx, email_hash, &rules.address, batch, now)? })
    }

    /// The last four values of a statement with [`within_limits!`](crate::within_limits).
    pub fn values(&self) -> [Value; 4] {
        let of = |counted: &Counted| [counted.key.value(), Value::Integer(counted.rule.max)];
        let ([place, place_max], [address, address_max]) = (of(&self.place), of(&self.address));
        [place, place_max, address, address_max]
    }

    /// Goes on, or refuses with the seconds to wait.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn check(&self, rows: &Rows, now: Moment) -> Result<()> {
        self.place.check(rows, now)?;
        self.address.check(rows, now)
    }
}

/// The address of a form, in the one form that it is kept and compared in.
///
/// # Errors
/// `invalid_email`, also for whatever is not text.
pub fn email(fields: &Fields) -> Result<Email> {
    let text = fields.text("email").ok().flatten();
    text.and_then(Email::plain).ok_or_else(|| Error::from(&INVALID_EMAIL))
}

/// What an address is compared by. Nobody without the deployment's secret can try addresses out.
///
/// # Errors
/// When the secret is not set.
pub fn email_hash(cx: &Cx, email: &Email) -> std::result::Result<String, ConfigError> {
    cx.keyed_hash("audience-email", email.open())
}

/// The idempotency key of a request; a request without one gets its own.
///
/// # Errors
/// `invalid_request` or `invalid_idempotency_key`.
pub fn key(cx: &Cx, req: &Req, fields: &Fields, prefix: &str) -> Result<String> {
    match key::given(req, fields)? {
        Some(given) => key::ascii(given),
        None => Ok(format!("{prefix}{}", cx.uuid())),
    }
}

/// What is kept of where a request came from: hashes whose key changes every day.
pub struct Traces {
    /// Of the network address, as Cloudflare saw it.
    pub ip: Option<String>,
    /// Of the browser's name.
    pub agent: Option<String>,
}

impl Traces {
    /// Hashes what a request says about its sender.
    ///
    /// # Errors
    /// When the secret is not set.
    pub fn of(cx: &Cx, req: &Req, now: Moment) -> std::result::Result<Self, ConfigError> {
        let day = now.day();
        let hashed = |name: &'static str| {
            let value = req.header(name).filter(|value| !value.is_empty());
            value.map(|value| cx.keyed_hash(&format!("audience-{name} {day}"), &value)).transpose()
        };
        Ok(Self { ip: hashed("cf-connecting-ip")?, agent: hashed("user-agent")? })
    }
}
