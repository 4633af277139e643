//! The desk where people sign in: open under one name of the shop only, and only when there is a secret to sign with.

use super::cookie::{self, SessionToken};
use super::model::CROSS_SITE;
use super::session::caller_ip;
use super::sql::Beginning;
use crate::cx::Cx;
use crate::http::{origin, Error, Reply, Req, Result};
use crate::kit::bounds::{SESSION_BRIEF_SECONDS, SESSION_LIFE_SECONDS, USER_AGENT_MAX_CHARS};
use crate::kit::id::SessionId;
use crate::kit::time::Moment;

/// What signing in needs of the settings.
pub struct Desk<'a> {
    /// Signs cookies and tokens.
    pub secret: &'a [u8],
    /// True when cookies must only travel encrypted.
    pub secure: bool,
    /// Where links in mails begin.
    pub base: String,
}

impl<'a> Desk<'a> {
    /// Opens the desk.
    ///
    /// # Errors
    /// `unknown_host` under another name of the shop; a fault when the secret is not set.
    pub fn open(cx: &'a Cx, req: &Req) -> Result<Self> {
        origin::home(cx, req)?;
        let secret = cx.config.auth_secret()?.open().as_bytes();
        let accounts = &cx.config.accounts;
        Ok(Self { secret, secure: accounts.secure(), base: accounts.origin(&req.url) })
    }

    /// Opens the desk for a request that changes something: it must come from a page of ours, as far as a browser says
    /// where it comes from. A program that sends no cookie and names no page is nobody's browser.
    ///
    /// # Errors
    /// As [`Desk::open`], and the refusals of [`origin`].
    pub fn open_for_change(cx: &'a Cx, req: &Req) -> Result<Self> {
        let desk = Self::open(cx, req)?;
        let says =
            |name: &'static str, value: &str| req.header(name).is_some_and(|given| given.eq_ignore_ascii_case(value));
        let signs = ["origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];
        if req.header("cookie").is_none() && says("sec-fetch-site", "cross-site") && says("sec-fetch-mode", "navigate")
        {
            return Err(Error::from(&CROSS_SITE));
        }
        if req.header("cookie").is_some() || signs.iter().any(|name| req.header(name).is_some()) {
            origin::own_page(cx, req)?;
        }
        Ok(desk)
    }

    /// An answer that keeps a session in the browser.
    pub fn keep(&self, reply: Reply, token: &SessionToken, remembered: bool) -> Reply {
        cookie::keep(self.secret, self.secure, token, remembered).into_iter().fold(reply, Reply::with_cookie)
    }

    /// An answer that ends whatever session the browser has.
    pub fn clear(&self, reply: Reply) -> Reply {
        cookie::clear(self.secure).into_iter().fold(reply, Reply::with_cookie)
    }
}

/// A session that is about to begin, and where.
pub struct Start {
    id: SessionId,
    /// The bearer.
    pub token: SessionToken,
    digest: String,
    ip: String,
    agent: Option<String>,
    now: Moment,
    /// False when it ends with the browser.
    pub remembered: bool,
}

impl Start {
    /// A fresh session for whoever asks.
    pub fn fresh(cx: &Cx, req: &Req, remembered: bool) -> Self {
        let (id, token) = (cx.fresh_session(), SessionToken::fresh(cx));
        let agent = req.header("user-agent").map(|agent| agent.chars().take(USER_AGENT_MAX_CHARS).collect());
        Self { id, digest: token.digest(), token, ip: caller_ip(req), agent, now: cx.now(), remembered }
    }

    /// As the statements want it.
    pub fn row(&self) -> Beginning<'_> {
        let life = if self.remembered { SESSION_LIFE_SECONDS } else { SESSION_BRIEF_SECONDS };
        Beginning {
            id: &self.id,
            token_digest: &self.digest,
            expires_at: self.now.plus_seconds(life),
            remembered: self.remembered,
            ip_address: &self.ip,
            user_agent: self.agent.as_deref(),
            now: self.now,
        }
    }

    /// What its token is found by.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}
