//! The calls we make: open a Checkout Session, list events.
//!
//! Every write carries an idempotency key, so a repeated call opens one session. What Stripe says in words is dropped;
//! what it says in codes is kept for the log.

use serde::Deserialize;

use super::event::EventPage;
use super::form::Form;
use super::API_VERSION;
use crate::config::Config;
use crate::cx::{Cx, OutboundAnswer, OutboundError, OutboundRequest};
use crate::kit::bounds::{STRIPE_RETRIES_MAX, STRIPE_RETRY_PAUSE_MS, STRIPE_TIMEOUT_MS};
use crate::kit::id::{StripeEventId, StripeSessionId};
use crate::kit::json;
use crate::kit::money::{Currency, Money};
use crate::kit::private::Private;
use crate::kit::time::Moment;

/// Why a call to Stripe gave nothing. Holds no words and no ids of Stripe's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StripeError {
    /// No answer.
    #[error("{0}")]
    NoAnswer(#[from] OutboundError),
    /// Stripe said no.
    #[error("status {status}, type {kind}, code {code}, param {param}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Stripe's error type.
        kind: String,
        /// Stripe's error code.
        code: String,
        /// The parameter that Stripe points at.
        param: String,
    },
    /// Stripe would charge another amount than the buyer confirmed.
    #[error("the session has another amount than the order")]
    AnotherAmount,
    /// The answer was not what the documentation promises.
    #[error("unreadable answer")]
    Unreadable,
}

/// A session as Stripe made it.
#[derive(Debug, Deserialize)]
pub struct NewSession {
    /// `cs_…`.
    pub id: StripeSessionId,
    /// The payment page.
    pub url: String,
    #[serde(default)]
    amount_total: Option<i64>,
    #[serde(default)]
    currency: Option<Currency>,
}

/// Stripe with one key.
pub struct Stripe<'a> {
    cx: &'a Cx,
    key: &'a Private<String>,
}

impl<'a> Stripe<'a> {
    /// Stripe as this deployment may call it.
    pub fn new(cx: &'a Cx, key: &'a Private<String>) -> Self {
        Self { cx, key }
    }

    /// Opens a Checkout Session. The same key and form give the same session. A session that would charge another
    /// amount than the one confirmed (a price at Stripe that differs from ours) is not handed out.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn open_session(
        &self,
        form: Form,
        confirmed: Money,
        idempotency_key: &str,
    ) -> Result<NewSession, StripeError> {
        let mut request = self.request("POST", "/v1/checkout/sessions".to_owned());
        request.headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        request.headers.push(("idempotency-key", idempotency_key.to_owned()));
        request.body = Some(form.finish());
        let body = accepted(self.send(request).await?)?;
        let session: NewSession = json::read_bytes(&body).map_err(|_| StripeError::Unreadable)?;
        if (session.amount_total, session.currency) != (Some(confirmed.minor()), Some(confirmed.currency())) {
            return Err(StripeError::AnotherAmount);
        }
        let page = url::Url::parse(&session.url).map_err(|_| StripeError::Unreadable)?;
        matches!(page.scheme(), "http" | "https").then_some(session).ok_or(StripeError::Unreadable)
    }

    /// A page of events of these kinds made since a moment, newest first; `after` goes on behind an earlier page.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn events(
        &self,
        kinds: &[&str],
        since: Moment,
        after: Option<&StripeEventId>,
        limit: usize,
    ) -> Result<EventPage, StripeError> {
        let mut query = Form::default();
        query.add("limit", &limit.to_string()).add("created[gte]", &since.unix_seconds().to_string());
        for kind in kinds {
            query.add("types[]", kind);
        }
        query.add_some("starting_after", after.map(StripeEventId::as_str));
        let body = accepted(self.send(self.request("GET", format!("/v1/events?{}", query.finish()))).await?)?;
        serde_json::from_slice(&body).map_err(|_| StripeError::Unreadable)
    }

    fn request(&self, method: &'static str, path: String) -> OutboundRequest {
        let Config { stripe_api_base, .. } = self.cx.config.as_ref();
        OutboundRequest {
            method,
            url: format!("{stripe_api_base}{path}"),
            headers: vec![
                ("authorization", format!("Bearer {}", self.key.open())),
                ("stripe-version", API_VERSION.to_owned()),
            ],
            body: None,
            timeout_ms: STRIPE_TIMEOUT_MS,
        }
    }

    /// Sends, and repeats once where Stripe's own libraries do: no answer, 409, 5xx; `Stripe-Should-Retry` overrides.
    async fn send(&self, request: OutboundRequest) -> Result<OutboundAnswer, StripeError> {
        let outbound = &self.cx.ports.outbound;
        let mut result = outbound.send(request.clone()).await;
        for _ in 0..STRIPE_RETRIES_MAX {
            if !worth_repeating(&result) {
                break;
            }
            outbound.pause(STRIPE_RETRY_PAUSE_MS).await;
            result = outbound.send(request.clone()).await;
        }
        Ok(result?)
    }
}

fn worth_repeating(result: &Result<OutboundAnswer, OutboundError>) -> bool {
    match result {
        Err(error) => *error != OutboundError::TooLarge,
        Ok(answer) => answer.should_retry.unwrap_or(answer.status == 409 || answer.status >= 500),
    }
}

/// The body of an answer that is not a refusal.
fn accepted(answer: OutboundAnswer) -> Result<Vec<u8>, StripeError> {
    if (200..300).contains(&answer.status) {
        return Ok(answer.body);
    }
    #[derive(Default, Deserialize)]
    struct Envelope {
        #[serde(default)]
        error: Words,
    }
    #[derive(Default, Deserialize)]
    struct Words {
        #[serde(default, rename = "type")]
        kind: Option<String>,
        code: Option<String>,
        param: Option<String>,
    }
    let words = json::read_bytes::<Envelope>(&answer.body).unwrap_or_default().error;
    Err(StripeError::Refused {
        status: answer.status,
        kind: plain(words.kind),
        code: plain(words.code),
        param: plain(words.param),
    })
}

/// Stripe's codes are short words; anything else is not repeated.
fn plain(word: Option<String>) -> String {
    let short = |word: &String| {
        word.len() <= 80
            && word.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'[' | b']' | b'0'..=b'9'))
    };
    word.filter(short).unwrap_or_else(|| "-".to_owned())
}
