//! The handlers of plans.

use super::model::{self, order, Order, SignUp, State, Terms};
use super::sql::{AddonRow, PlanRow, SignedUp};
use super::wire::{PlansContract, SignUpPreview, SignUpStarted};
use super::{page, sql, CHECKOUT, PRICING, SUCCESS};
use crate::checkout::session::{add_line, open_with, success_address};
use crate::checkout::{self, IntentRow, LineRow};
use crate::config::StripeMode;
use crate::contract::redaction;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Fields, Reply, Req, Result};
use crate::kit::bounds::ID_MAX_BYTES;
use crate::kit::id::CheckoutIntentId;
use crate::stripe::form::Form;

/// `GET /api/billing/checkout`.
pub async fn contract(cx: &Cx, _req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let at = super::ask_pricing(&mut batch, &cx.tenant);
    let pricing = super::pricing(cx, &cx.commit(batch).await?, at)?;
    let answer = PlansContract {
        ok: true,
        route: CHECKOUT,
        contract: pricing.contract,
        plans: pricing.plans,
        setup_addon: pricing.setup_addon,
    };
    Reply::redacted(200, &answer, &[redaction::RAW_STRIPE_IDS])
}

/// `POST /api/billing/checkout`: one batch opens the checkout, Stripe opens the page, one more batch writes that down.
///
/// As everywhere, whether it opened is decided by the `INSERT`'s own conditions, never by a look beforehand.
pub async fn sign_up(cx: &Cx, req: &Req) -> Result<Reply> {
    let sign_up = SignUp::read(req, &Fields::read(req)?)?;
    let mode = cx.config.plan_mode.unwrap_or(StripeMode::Live);
    let can_pay = cx.config.plan_mode.and_then(|mode| cx.config.stripe_key(mode)).is_some();
    let may_open = !sign_up.preview_only && can_pay;
    let (id, audit) = (cx.fresh_intent(), cx.fresh_audit());
    let terms = Terms {
        mode,
        key: sign_up.key(mode, cx.now(), || cx.uuid()),
        fingerprint: sign_up.fingerprint(mode),
        success_url: success_address(own_page(req, SUCCESS)?, &id),
        cancel_url: format!("{}?checkout=cancelled", own_page(req, PRICING)?),
        audit: &audit,
    };
    let found = look_and_open(cx, &sign_up, &terms, &id, may_open).await?;

    if let Some(intent) = found.intent.as_ref().filter(|_| may_open) {
        if intent.request_fingerprint != terms.fingerprint {
            return Err(Error::from(&model::IDEMPOTENCY_CONFLICT));
        }
        let waiting = matches!(intent.status.as_str(), "pending_stripe" | "stripe_error");
        if waiting {
            let form = form(intent, &found.lines, &sign_up)?;
            open_with(cx, intent, &found.lines, form, mode, &model::STRIPE_UNAVAILABLE, None).await?;
        }
        return answer(req, intent, &sign_up, intent.id == id, waiting);
    }
    let order = order(&found.plans, found.addon.as_ref(), &sign_up, mode)?;
    let reason = match (sign_up.preview_only, mode) {
        (true, _) => "preview_requested",
        _ if may_open => return Err(model::price_changed(order.total)),
        (_, StripeMode::Live) => "missing_live_secret",
        (_, StripeMode::Sandbox) => "missing_sandbox_secret",
    };
    preview(req, &order, reason)
}

/// What the batch of a sign-up found.
struct Found {
    plans: Vec<PlanRow>,
    addon: Option<AddonRow>,
    intent: Option<IntentRow>,
    lines: Vec<LineRow>,
}

async fn look_and_open(
    cx: &Cx,
    sign_up: &SignUp,
    terms: &Terms<'_>,
    id: &CheckoutIntentId,
    may_open: bool,
) -> Result<Found> {
    let now = cx.now();
    let mut batch = Batch::new();
    if may_open {
        batch.add(sql::open_sign_up(&cx.tenant, id, sign_up, terms, now)?);
        batch.add(sql::freeze_lines(&cx.tenant, id, sign_up.setup));
        batch.add(sql::audit_opened(id, terms.audit, now));
    }
    let plans = batch.add(sql::plans(&cx.tenant));
    let addon = batch.add(sql::addon(&cx.tenant));
    let intent = batch.add(checkout::intent_by_key(&cx.tenant, &terms.key));
    let lines = batch.add(checkout::lines_by_key(&cx.tenant, &terms.key));
    let rows = cx.commit(batch).await?;
    Ok(Found {
        plans: rows.all(plans)?,
        addon: rows.first(addon)?,
        intent: rows.first(intent)?,
        lines: rows.all(lines)?,
    })
}

fn own_page(req: &Req, path: &str) -> Result<url::Url> {
    req.url.join(path).map_err(|_| Error::internal("our own address cannot be written"))
}

/// The form of `POST /v1/checkout/sessions`: the plan repeats, the setup is paid once with the first month.
fn form(intent: &IntentRow, lines: &[LineRow], sign_up: &SignUp) -> Result<Form> {
    let plan = lines.first().ok_or_else(|| Error::internal("an intent without lines"))?;
    let mut form = Form::default();
    form.add("mode", "subscription")
        .add("success_url", &intent.success_url)
        .add("cancel_url", &intent.cancel_url)
        .add("client_reference_id", intent.id.as_str())
        .add_some("customer_email", intent.buyer_email.as_ref().map(|email| email.open().as_str()))
        .add("allow_promotion_codes", "true")
        .add("billing_address_collection", "auto");
    for (index, line) in lines.iter().enumerate() {
        add_line(&mut form, index, line);
    }
    for place in ["metadata", "subscription_data[metadata]"] {
        form.add(&format!("{place}[checkout_intent_id]"), intent.id.as_str())
            .add(&format!("{place}[plan_slug]"), &sign_up.plan)
            .add(&format!("{place}[price_id]"), plan.price_id.as_str())
            .add(&format!("{place}[audit_correlation_id]"), intent.audit_correlation_id.as_str())
            .add(&format!("{place}[bumpgrade_issue]"), "316");
    }
    form.add("metadata[white_glove_setup]", if sign_up.setup { "true" } else { "false" });
    Ok(form)
}

/// True for a program: it sends JSON, or asks for it.
fn wants_json(req: &Req) -> bool {
    let names_json = |header: &'static str| req.header(header).is_some_and(|value| value.contains("application/json"));
    names_json("accept") || names_json("content-type")
}

/// The answer once the checkout exists: JSON for programs, the way to the payment page for a form.
fn answer(req: &Req, intent: &IntentRow, sign_up: &SignUp, mine: bool, opened_now: bool) -> Result<Reply> {
    let open = opened_now || intent.status == "stripe_session_created";
    let path = checkout::redirect_path(&intent.id);
    if !wants_json(req) {
        let standing = format!("{SUCCESS}?checkout_intent_id={}", intent.id.as_str());
        return Ok(Reply::see_other(if open { path } else { standing }).with("referrer-policy", "no-referrer"));
    }
    let answer = SignUpStarted {
        ok: true,
        status: if opened_now { "stripe_session_created" } else { &intent.status },
        duplicate: !mine,
        checkout_intent_id: intent.id.as_str(),
        redirect_url: open.then(|| format!("{}{path}", req.origin())),
        plan_slug: &sign_up.plan,
    };
    Reply::redacted(200, &answer, &[redaction::RAW_STRIPE_IDS])
}

/// What it would cost. A browser goes back to the page; everybody else gets JSON, even for a form.
fn preview(req: &Req, order: &Order<'_>, reason: &str) -> Result<Reply> {
    let browser = req.header("accept").is_some_and(|value| value.contains("text/html"));
    if browser && !wants_json(req) {
        return Ok(Reply::see_other(format!("{PRICING}?checkout=preview")));
    }
    let answer = SignUpPreview {
        ok: true,
        status: "preview",
        reason,
        plan_slug: &order.plan.slug,
        line_items: order.lines.iter().map(|cost| (*cost).into()).collect(),
        total_initial_amount_cents: order.total.minor(),
    };
    Reply::redacted(200, &answer, &[redaction::RAW_STRIPE_IDS, redaction::CHECKOUT_URL])
}

/// `GET /pricing`: the form carries a fresh key, so pressing one button twice is one sign-up.
pub async fn pricing_page(cx: &Cx, req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let at = super::ask_pricing(&mut batch, &cx.tenant);
    let rows = cx.commit(batch).await?;
    let (plans, addon): (Vec<PlanRow>, Option<AddonRow>) = (rows.all(at.plans)?, rows.first(at.addon)?);
    let mode = cx.config.plan_mode.unwrap_or(StripeMode::Live);
    let flash = req.query(&["checkout"]);
    let view = page::Pricing {
        plans: &plans,
        addon: addon.as_ref().filter(|addon| addon.cost.sellable(mode)),
        mode,
        key: &format!("pricing-page-{}", cx.uuid()),
        flash: flash.as_deref(),
    };
    Ok(Reply::page(200, page::pricing(&view)))
}

/// `GET /pricing/success`: reads and nothing else. Plans are opened by signed events.
pub async fn success(cx: &Cx, req: &Req) -> Result<Reply> {
    let intent = req.query(&["checkout_intent_id", "checkoutIntentId"]);
    let session = req.query(&["session_id"]).filter(|id| !id.is_empty() && id.len() <= ID_MAX_BYTES);
    let known = intent.as_deref().map(CheckoutIntentId::parse);
    let private = |markup| Reply::page(200, markup).with("referrer-policy", "no-referrer");
    let (asked, named) = match known {
        Some(None) => (None, false),
        Some(Some(intent)) => (Some(intent), true),
        None => (None, session.is_some()),
    };
    if !named {
        return Ok(private(page::unknown()));
    }
    let mut batch = Batch::new();
    let at = batch.add(sql::signed_up(&cx.tenant, asked.as_ref(), session.as_deref()));
    let Some(found) = cx.commit(batch).await?.first::<SignedUp>(at)? else {
        return Ok(private(page::unknown()));
    };
    let state = found.state(cx.now());
    if state == State::Closed {
        return Ok(private(page::closed()));
    }
    let check = req.query(&["check"]).and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(private(page::success(&page::Success { sign_up: &found, state, check })))
}
