//! How often a caller may ask: counted in the database, so that every isolate counts the same.

use std::net::IpAddr;

use super::model::TOO_MANY;
use super::session::caller_ip;
use super::sql::{self, Count};
use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::http::error::Refused;
use crate::http::{Error, Req, Result};
use crate::kit::time::Moment;

/// So many requests within a window, for one caller and one path.
#[derive(Debug)]
pub struct Rule {
    /// The path that is counted.
    pub path: &'static str,
    /// How many are answered.
    pub max: i64,
    /// Within how many seconds.
    pub window_seconds: i64,
}

/// Signing in with a password.
pub const SIGN_IN: Rule = Rule { path: "/sign-in/email", max: 3, window_seconds: 10 };
/// Making an account.
pub const SIGN_UP: Rule = Rule { path: "/sign-up/email", max: 3, window_seconds: 10 };
/// Confirming an address with its password.
pub const CONFIRM: Rule = Rule { path: "/login/confirm", max: 3, window_seconds: 10 };
/// Asking for another verification mail.
pub const ASK_AGAIN: Rule = Rule { path: "/send-verification-email", max: 3, window_seconds: 60 };
/// Asking for a sign-in link.
pub const ASK_LINK: Rule = Rule { path: "/sign-in/magic-link", max: 5, window_seconds: 60 };
/// Using a sign-in link.
pub const USE_LINK: Rule = Rule { path: "/magic-link/verify", max: 5, window_seconds: 60 };

/// A request that has been counted in a batch that is still to be committed.
pub struct Counted {
    /// The counter.
    pub key: String,
    /// What it is held against.
    pub rule: &'static Rule,
    at: At,
}

/// Counts a request in its own batch.
///
/// # Errors
/// A fault when the secret is not set.
pub fn count(cx: &Cx, req: &Req, rule: &'static Rule, batch: &mut Batch, now: Moment) -> Result<Counted> {
    count_for(cx, &network(&caller_ip(req)), rule, batch, now)
}

/// Counts something else than a caller's address: a request about somebody, such as the receiver of the mail it causes.
///
/// # Errors
/// A fault when the secret is not set.
pub fn count_for(cx: &Cx, whom: &str, rule: &'static Rule, batch: &mut Batch, now: Moment) -> Result<Counted> {
    let key = cx.keyed_hash("rateLimit", &format!("{whom}|{}", rule.path))?;
    batch.add(sql::hit(&key, rule, now));
    let at = batch.add(sql::count(&key));
    Ok(Counted { key, rule, at })
}

impl Counted {
    /// Goes on, or refuses with the seconds to wait.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn check(&self, rows: &Rows, now: Moment) -> Result<()> {
        let count: Count = rows.one(self.at)?;
        if count.count <= self.rule.max {
            return Ok(());
        }
        let left = count.window_started_at.plus_seconds(self.rule.window_seconds).seconds_since(now).max(1).to_string();
        let headers = vec![("x-retry-after", left.clone().into()), ("retry-after", left.into())];
        let extra = serde_json::Map::new();
        Err(Error::Refused(Box::new(Refused { refusal: &TOO_MANY, extra, headers, remark: None })))
    }
}

/// One household has a whole /64 of IPv6 addresses, so that is what is counted.
fn network(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => format!("{:x?}", address.segments().into_iter().take(4).collect::<Vec<_>>()),
        },
        _ => ip.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn addresses_of_one_household_are_one() {
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_eq!(network("nonsense"), "nonsense");
    }
}
