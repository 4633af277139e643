//! The Stripe session of an intent: where it returns to, and its form, built from the frozen lines, so that a replay
//! asks for exactly the same one.

use url::Url;

use super::model::{total, IntentRow, LineRow, CHECKOUT_EXPIRED, RETURN_URL_NOT_ALLOWED};
use super::sql;
use crate::config::StripeMode;
use crate::cx::Cx;
use crate::db::{Batch, Stmt};
use crate::http::{Error, Refusal, Result, Upstream};
use crate::kit::bounds::CHECKOUT_RESUME_MAX_SECONDS;
use crate::kit::id::CheckoutIntentId;
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::stripe::client::{NewSession, Stripe, StripeError};
use crate::stripe::form::Form;

/// Opens the session of an intent that waits for one, and writes down how that went. `started` goes with the note that it
/// is open.
///
/// # Errors
/// `stripe_checkout_error` when Stripe did not open it, and a replay of the same key may try again; `checkout_expired`
/// when the order is too old for that.
pub async fn open(cx: &Cx, intent: &IntentRow, lines: &[LineRow], mode: StripeMode, started: Stmt) -> Result<()> {
    let form = form(intent, lines).ok_or_else(|| Error::internal("an intent without lines"))?;
    open_with(cx, intent, lines, form, mode, &super::model::STRIPE_CHECKOUT_ERROR, Some(started)).await
}

/// The same with a form and a refusal of the caller's own.
///
/// # Errors
/// The caller's refusal when Stripe did not open it; `checkout_expired`.
pub async fn open_with(
    cx: &Cx,
    intent: &IntentRow,
    lines: &[LineRow],
    form: Form,
    mode: StripeMode,
    refusal: &'static Refusal,
    started: Option<Stmt>,
) -> Result<()> {
    if cx.now().seconds_since(intent.created_at) > CHECKOUT_RESUME_MAX_SECONDS {
        return Err(Error::from(&CHECKOUT_EXPIRED));
    }
    let key = cx.config.stripe_key(mode).ok_or_else(|| Error::internal("no usable Stripe key"))?;
    let total = total(&lines.iter().collect::<Vec<_>>()).ok_or_else(|| Error::internal("an intent without lines"))?;
    let opened = Stripe::new(cx, key).open_session(form, total, &idempotency_key(intent)).await;
    let now = cx.now();
    match opened {
        Ok(session) => attach(cx, intent, &session, started, now).await,
        Err(error) => Err(note_failure(cx, intent, &error, refusal, now).await?),
    }
}

/// Stable for the intent and short enough for Stripe, whatever the caller's own key looks like.
fn idempotency_key(intent: &IntentRow) -> String {
    format!("checkout:{}", intent.id.as_str())
}

async fn attach(cx: &Cx, intent: &IntentRow, session: &NewSession, started: Option<Stmt>, now: Moment) -> Result<()> {
    let mut batch = Batch::new();
    batch.add(sql::attach_session(&intent.id, &session.id, &session.url, now));
    batch.add(sql::audit_session(&intent.id, &session.id, &cx.fresh_audit(), now));
    if let Some(started) = started {
        batch.add(started);
    }
    cx.commit(batch).await?;
    Ok(())
}

async fn note_failure(
    cx: &Cx,
    intent: &IntentRow,
    error: &StripeError,
    refusal: &'static Refusal,
    now: Moment,
) -> Result<Error> {
    let cause = error.to_string();
    let mut batch = Batch::new();
    batch.add(sql::note_stripe_error(&intent.id, &cause, now));
    cx.commit(batch).await?;
    let id = serde_json::Value::from(intent.id.as_str());
    Ok(Error::Upstream(Box::new(Upstream {
        refusal,
        extra: std::iter::once(("checkoutIntentId".to_owned(), id)).collect(),
        cause,
    })))
}

/// The form of `POST /v1/checkout/sessions`; `None` without lines.
fn form(intent: &IntentRow, lines: &[LineRow]) -> Option<Form> {
    let (primary, bumps) = lines.split_first()?;
    let subscription = primary.billing_interval != "one_time";
    let mut form = Form::default();
    form.add("mode", if subscription { "subscription" } else { "payment" })
        .add("success_url", &intent.success_url)
        .add("cancel_url", &intent.cancel_url)
        .add("client_reference_id", intent.id.as_str())
        .add_some("customer_email", intent.buyer_email.as_ref().map(|email| email.open().as_str()));
    for (index, line) in lines.iter().enumerate() {
        add_line(&mut form, index, line);
    }
    let bump_ids: Vec<&str> = bumps.iter().map(|bump| bump.price_id.as_str()).collect();
    let audit = intent.audit_correlation_id.as_str();
    form.add("metadata[checkout_intent_id]", intent.id.as_str())
        .add("metadata[product_id]", primary.product_id.as_str())
        .add("metadata[price_id]", primary.price_id.as_str())
        .add_some("metadata[selected_order_bump_price_ids]", Some(&bump_ids.join(",")))
        .add("metadata[audit_correlation_id]", audit)
        .add("metadata[bumpgrade_issue]", "99");
    // Stripe copies nothing from the session to what it makes, so each gets its own reference.
    if subscription {
        form.add("subscription_data[metadata][checkout_intent_id]", intent.id.as_str())
            .add("subscription_data[metadata][bumpgrade_price_id]", primary.price_id.as_str())
            .add("subscription_data[metadata][product_id]", primary.product_id.as_str())
            .add("subscription_data[metadata][audit_correlation_id]", audit)
            .add("subscription_data[metadata][bumpgrade_issue]", "187");
    } else {
        form.add("payment_intent_data[metadata][checkout_intent_id]", intent.id.as_str());
    }
    Some(form)
}

/// Adds a line of the order: a price of Stripe's own where ours has one, else all that a price is made of.
pub fn add_line(form: &mut Form, index: usize, line: &LineRow) {
    let at = |rest: &str| format!("line_items[{index}]{rest}");
    form.add(&at("[quantity]"), "1");
    if let Some(price) = line.stripe_price_id.as_ref().map(Private::open) {
        form.add(&at("[price]"), price);
        return;
    }
    form.add(&at("[price_data][currency]"), line.currency.code())
        .add(&at("[price_data][unit_amount]"), &line.unit_amount_cents.to_string())
        .add(&at("[price_data][product_data][name]"), &line.name)
        .add_some(&at("[price_data][product_data][description]"), line.summary.as_deref())
        .add(&at("[price_data][product_data][metadata][bumpgrade_product_id]"), line.product_id.as_str());
    if line.billing_interval != "one_time" {
        form.add(&at("[price_data][recurring][interval]"), &line.billing_interval);
    }
}

/// Our own page, or the caller's when it is on this very origin.
///
/// # Errors
/// `return_url_not_allowed` for any other address.
pub fn return_url(own: &Url, given: Option<&str>, default_path: &str) -> Result<Url> {
    let url = own.join(given.unwrap_or(default_path)).map_err(|_| Error::from(&RETURN_URL_NOT_ALLOWED))?;
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && url.origin() == own.origin()).then_some(url).ok_or_else(|| Error::from(&RETURN_URL_NOT_ALLOWED))
}

/// The success address with the intent and Stripe's placeholder, which must stay literal: Stripe looks for the braces.
pub fn success_address(mut url: Url, intent: &CheckoutIntentId) -> String {
    url.set_fragment(None);
    let joint = if url.query().is_some() { '&' } else { '?' };
    format!("{url}{joint}checkout_intent_id={}&session_id={{CHECKOUT_SESSION_ID}}", intent.as_str())
}

#[cfg(test)]
mod tests {
    use super::{return_url, success_address};
    use crate::kit::id::CheckoutIntentId;
    use url::Url;

    #[test]
    fn a_return_address_stays_on_this_origin() {
        let own = Url::parse("https://shop.example/api/commerce/checkout").expect("address");
        for good in ["/thanks", "https://shop.example/thanks?x=1", "thanks"] {
            assert!(return_url(&own, Some(good), "/").is_ok(), "{good}");
        }
        for bad in [
            "https://evil.example/",
            "//evil.example/",
            "http://shop.example/",
            "https://shop.example:8443/",
            "https://user@shop.example/",
            "javascript:alert(1)",
            "\\\\evil.example",
            "https://shop.example@evil.example/",
        ] {
            assert!(return_url(&own, Some(bad), "/").is_err(), "{bad}");
        }
    }

    #[test]
    fn the_placeholder_of_stripe_stays_literal() {
        let intent = CheckoutIntentId::from_uuid("00000000-0000-4000-8000-000000000001");
        let url = Url::parse("https://shop.example/thanks?a=1#top").expect("address");
        assert_eq!(
            success_address(url, &intent),
            "https://shop.example/thanks?a=1&checkout_intent_id=checkout-intent-00000000-0000-4000-8000-000000000001\
             &session_id={CHECKOUT_SESSION_ID}"
        );
    }
}
