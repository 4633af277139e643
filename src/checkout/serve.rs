//! The handlers of checkouts.

use serde::Deserialize;

use super::model::{self, order, IntentRow, LineRow, OfferRow, Order, Start, Terms};
use super::session::{return_url, success_address};
use super::wire::{Confirmation, Contract, Created, OrderBump, Preview, Redirect, Replayed, Routes};
use super::{page, session, sql};
use crate::affiliate::attribution::{self, Attribution, ClickStanding};
use crate::config::StripeMode;
use crate::contract::redaction::{self, Flag};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Fields, Reply, Req, Result};
use crate::insight;
use crate::kit::id::CheckoutIntentId;
use crate::kit::money::{Currency, Money};
use crate::membership::{self, MembershipRow};

const START: &str = "/api/commerce/checkout";
const WEBHOOK: &str = "/api/stripe/webhook";
const SUCCESS: &str = "/commerce/checkout/success";
const CANCEL: &str = "/commerce/checkout/cancel";

const PREVIEW_FLAGS: &[Flag] =
    &[redaction::RAW_STRIPE_IDS, redaction::CHECKOUT_URL, redaction::COMMISSION, redaction::PAYABLE_COMMISSION];
const CREATED_FLAGS: &[Flag] =
    &[redaction::RAW_STRIPE_IDS, redaction::RAW_CHECKOUT_URL, redaction::COMMISSION, redaction::PAYABLE_COMMISSION];
const REPLAY_FLAGS: &[Flag] = &[redaction::RAW_STRIPE_IDS, redaction::COMMISSION, redaction::PAYABLE_COMMISSION];

/// `GET /api/commerce/checkout`: what can be bought, and what a start must repeat.
pub async fn contract(cx: &Cx, req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let at = batch.add(sql::stack_offers(&cx.tenant, None));
    let offers: Vec<OfferRow> = cx.commit(batch).await?.all(at)?;
    let primary = offers
        .iter()
        .find(|offer| offer.asked && offer.sellable && offer.stack_status != "draft")
        .ok_or_else(|| Error::from(&model::OFFER_NOT_FOUND))?;
    let mode = cx.config.stripe_mode;
    let bumps = offers.iter().filter(|offer| offer.stack_id == primary.stack_id && offer.line.kind == "order_bump");
    let may_sell = mode == StripeMode::Sandbox || primary.stack_status == "live";
    let answer = Contract {
        ok: true,
        id: "bumpgrade-sandbox-checkout-contract",
        status: "available",
        mode: mode.as_str(),
        can_create_stripe_session: may_sell && cx.config.stripe_key(mode).is_some(),
        offer: (&primary.line).into(),
        order_bumps: bumps.filter(|bump| bump.sellable).map(|bump| order_bump(&bump.line)).collect(),
        supports_order_bumps: true,
        supports_referral_attribution_evidence: true,
        confirmation: Confirmation { required: true, text: &primary.checkout_text },
        routes: routes(req),
    };
    Reply::redacted(200, &answer, &[redaction::RAW_STRIPE_IDS])
}

/// `POST /api/commerce/checkout`: one batch opens the intent, Stripe opens the page, one more batch writes that down.
///
/// The batch that opens the intent also selects what the answer is made from. Whether it opened one is decided by the
/// `INSERT`'s own conditions, never by a look beforehand.
pub async fn start(cx: &Cx, req: &Req) -> Result<Reply> {
    let fields = Fields::read(req)?;
    let start = Start::read(req, &fields, || format!("bumpgrade-{}", cx.uuid()))?;
    let mode = cx.config.stripe_mode;
    let (id, audit) = (cx.fresh_intent(), cx.fresh_audit());
    let terms = Terms {
        mode,
        fingerprint: start.fingerprint(mode),
        success_url: success_address(return_url(&req.url, start.success_url.as_deref(), SUCCESS)?, &id),
        cancel_url: return_url(&req.url, start.cancel_url.as_deref(), CANCEL)?.into(),
        audit: &audit,
    };
    let may_open = !start.preview_only && start.confirmation.is_some() && cx.config.stripe_key(mode).is_some();
    let found = look_and_open(cx, &start, &terms, &id, may_open).await?;

    let same_order = |intent: &&IntentRow| may_open && intent.request_fingerprint == terms.fingerprint;
    if let Some(intent) = found.intent.as_ref().filter(same_order) {
        let waiting = matches!(intent.status.as_str(), "pending_stripe" | "stripe_error");
        let referral = found.referral.as_ref();
        if let Some(click) = start.required_click() {
            attribution::same(click, referral, found.click.as_ref(), cx.now())?;
        }
        if waiting {
            let started = insight::checkout_started(cx, &intent.id, insight::visitor_of(cx, &fields));
            session::open(cx, intent, &found.lines, mode, started).await?;
        }
        return answer(req, intent, referral, intent.id == id, waiting);
    }
    let order = order(&found.offers, &start, mode)?;
    if start.required_click().is_some() {
        attribution::check(found.click.as_ref(), cx.now())?;
    }
    let reason = match (start.preview_only, start.confirmation.as_deref() == Some(order.text), mode) {
        (true, ..) => "preview_requested",
        (_, false, _) => "confirmation_text_required",
        _ if may_open && found.intent.is_some() => return Err(Error::from(&model::IDEMPOTENCY_CONFLICT)),
        _ if may_open => return Err(model::price_changed(order.total)),
        (.., StripeMode::Sandbox) => "missing_or_incomplete_sandbox_secret",
        (.., StripeMode::Live) => "missing_or_incomplete_live_secret",
    };
    preview(req, &order, &start, mode, reason)
}

/// What the batch of a start found.
struct Found {
    offers: Vec<OfferRow>,
    intent: Option<IntentRow>,
    lines: Vec<LineRow>,
    referral: Option<Attribution>,
    click: Option<ClickStanding>,
}

async fn look_and_open(
    cx: &Cx,
    start: &Start,
    terms: &Terms<'_>,
    id: &CheckoutIntentId,
    may_open: bool,
) -> Result<Found> {
    let now = cx.now();
    let mut batch = Batch::new();
    if may_open {
        batch.add(sql::open_intent(&cx.tenant, id, start, terms, now)?);
        batch.add(sql::freeze_lines(id, start));
        batch.add(sql::audit_opened(id, terms.audit, now));
        if let Some(click) = &start.referral_click_id {
            attribution::attach(cx, &mut batch, id, click, now);
        }
    }
    let offers = batch.add(sql::stack_offers(&cx.tenant, start.price_id.as_deref()));
    let intent = batch.add(sql::intent_by_key(&cx.tenant, &start.key));
    let lines = batch.add(sql::lines_by_key(&cx.tenant, &start.key));
    let referral = batch.add(attribution::of_key(cx, &start.key));
    let click = start.required_click();
    let click = click.map(|click| batch.add(attribution::standing(cx, click, start.price_id.as_deref())));
    let rows = cx.commit(batch).await?;
    Ok(Found {
        offers: rows.all(offers)?,
        intent: rows.first(intent)?,
        lines: rows.all(lines)?,
        referral: rows.first(referral)?,
        click: click.map(|at| rows.first(at)).transpose()?.flatten(),
    })
}

/// The answer once a payment page is open: JSON for programs, the page itself for a form.
fn answer(
    req: &Req,
    intent: &IntentRow,
    referral: Option<&Attribution>,
    mine: bool,
    opened_now: bool,
) -> Result<Reply> {
    let path = super::redirect_path(&intent.id);
    if req.is_form() {
        let open = opened_now || intent.status == "stripe_session_created";
        let standing = format!("{SUCCESS}?checkout_intent_id={}", intent.id.as_str());
        return Ok(Reply::see_other(if open { path } else { standing }));
    }
    let redirect = Redirect { r#type: "bumpgrade", url: format!("{}{path}", req.origin()) };
    let status = if opened_now { "stripe_session_created" } else { intent.status.as_str() };
    let referral_attribution = referral.map(Attribution::shown);
    if mine {
        let id = intent.id.as_str();
        let created = Created { ok: true, status, checkout_intent_id: id, referral_attribution, redirect };
        return Reply::redacted(200, &created, CREATED_FLAGS);
    }
    let replayed = Replayed {
        ok: true,
        status,
        duplicate: true,
        checkout_intent_id: intent.id.as_str(),
        referral_attribution,
        redirect: (opened_now || intent.has_session).then_some(redirect),
    };
    Reply::redacted(200, &replayed, REPLAY_FLAGS)
}

fn preview(req: &Req, order: &Order<'_>, start: &Start, mode: StripeMode, reason: &str) -> Result<Reply> {
    if req.is_form() {
        return Ok(Reply::page(200, page::not_connected(order.total, reason)));
    }
    let primary = order.lines.first().ok_or_else(|| Error::internal("an order without lines"))?;
    let answer = Preview {
        ok: true,
        status: "preview",
        reason,
        mode: mode.as_str(),
        checkout_intent_id: None,
        duplicate: false,
        referral_attribution: None,
        offer: (*primary).into(),
        line_items: order.lines.iter().map(|line| (*line).into()).collect(),
        selected_order_bump_price_ids: start.bumps.iter().map(String::as_str).collect(),
        total_amount_cents: order.total.minor(),
        confirmation: Confirmation { required: true, text: order.text },
        routes: routes(req),
    };
    Reply::redacted(200, &answer, PREVIEW_FLAGS)
}

fn order_bump(line: &LineRow) -> OrderBump<'_> {
    OrderBump {
        id: &line.checkout_id,
        price_id: line.price_id.as_str(),
        title: &line.name,
        unit_amount_cents: line.unit_amount_cents,
        currency: line.currency.code(),
    }
}

fn routes(req: &Req) -> Routes<'static> {
    let origin = req.origin();
    Routes {
        start: START,
        webhook: WEBHOOK,
        success: format!("{origin}{SUCCESS}"),
        cancel: format!("{origin}{CANCEL}"),
    }
}

/// `GET /api/commerce/checkout/redirect/{intent}`: on to Stripe, leaving no trace of the intent in a referrer.
pub async fn redirect(cx: &Cx, req: &Req) -> Result<Reply> {
    let id = CheckoutIntentId::parse(req.param("intent")).ok_or_else(|| Error::from(&model::REDIRECT_NOT_AVAILABLE))?;
    let mut batch = Batch::new();
    let at = batch.add(sql::payment_page(&cx.tenant, &id));
    let found: Option<sql::PaymentPage> = cx.commit(batch).await?.first(at)?;
    let open = found
        .filter(|page| page.status == "stripe_session_created")
        .ok_or_else(|| Error::from(&model::REDIRECT_NOT_AVAILABLE))?;
    let url = open.stripe_checkout_url.ok_or_else(|| Error::from(&model::URL_NOT_AVAILABLE))?;
    Ok(Reply::see_other(url.open().clone()).with("referrer-policy", "no-referrer"))
}

/// How a checkout stands, for the page after payment.
#[derive(Deserialize)]
struct Standing {
    status: String,
    amount_cents: i64,
    currency: Currency,
}

/// `GET /commerce/checkout/success`: believes the database, never the address.
pub async fn success(cx: &Cx, req: &Req) -> Result<Reply> {
    let id = req.query(&["checkout_intent_id", "checkoutIntentId"]);
    let Some(id) = id.as_deref().and_then(CheckoutIntentId::parse) else {
        return Ok(private(Reply::page(200, page::success_missing())));
    };
    let mut batch = Batch::new();
    let at = batch.add(sql::standing(&cx.tenant, &id));
    let membership = batch.add(membership::of_checkout(&cx.tenant, &id));
    let rows = cx.commit(batch).await?;
    let Some(standing) = rows.first::<Standing>(at)? else {
        return Ok(private(Reply::page(200, page::success_missing())));
    };
    let check = req.query(&["check"]).and_then(|text| text.parse().ok()).unwrap_or(0);
    let view = page::Success {
        intent: &id,
        state: page::State::of(&standing.status),
        amount: Money::new(standing.amount_cents, standing.currency),
        membership: rows.first::<MembershipRow>(membership)?.map(|row| row.standing()),
        check,
    };
    Ok(private(Reply::page(200, page::success(&view))))
}

/// `GET /commerce/checkout/cancel`: back to the offer, when the address says which it was.
pub async fn cancel(_cx: &Cx, req: &Req) -> Result<Reply> {
    let slug = |text: &String| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let offer = req.query(&["offer"]).filter(slug);
    Ok(Reply::page(200, page::cancelled(offer.as_deref())))
}

/// The address of this page opens the buyer's files, so it is told to nobody.
fn private(reply: Reply) -> Reply {
    reply.with("referrer-policy", "no-referrer")
}
