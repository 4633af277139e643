//! The webhook, and the one path that every event takes.

use serde::Serialize;
use serde_json::json;

use super::model::{self, Source, Target};
use super::sql::{self, Inbox, Move, Outcome};
use crate::affiliate::{self, Delivery, Taken};
use crate::config::StripeMode;
use crate::contract::redaction;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::gate::SignedEvent;
use crate::http::{Error, Refusal, Reply, Result};
use crate::insight;
use crate::kit::hash::sha256_hex;
use crate::kit::id::CheckoutIntentId;
use crate::stripe::event::{Event, Session, Subject};
use crate::stripe::reversal::{Reversal, ReversalKind};
use crate::subscription::{self, EventDelivery};

/// The signature holds, and the body is still not an event.
pub const EVENT_MALFORMED: Refusal = Refusal::new(400, "stripe_event_malformed", "The body is not a Stripe event.");
/// A test event under a live secret, or the other way round.
pub const LIVEMODE_MISMATCH: Refusal =
    Refusal::new(400, "stripe_livemode_mismatch", "The event's mode is not the mode of its signing secret.");

/// `200` of the webhook.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Received {
    ok: bool,
    received: bool,
    /// True when the event was processed before; then the other fields are absent.
    duplicate: bool,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    effects: Option<Effects>,
}

/// What an event did.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Effects {
    event_type: String,
    checkout_intent_id: Option<String>,
    checkout_intent_updated: bool,
    subscription_updated: bool,
    entitlement_grants_created: i64,
    entitlement_grants_skipped: i64,
    membership_entitlement_updated: bool,
    /// `active`, `inactive`, `unmatched`; `ignored` for an event that is not about a subscription.
    membership_entitlement_status: &'static str,
    membership_entitlement_id: Option<String>,
}

/// `POST /api/stripe/webhook`: one batch, and an honest status: what is not kept is not answered with 200.
pub async fn webhook(cx: &Cx, signed: SignedEvent) -> Result<Reply> {
    let event = Event::read(&signed.body).map_err(|_| Error::from(&EVENT_MALFORMED))?;
    let mode = signed
        .modes
        .iter()
        .find(|mode| mode.livemode() == event.livemode)
        .ok_or_else(|| Error::refused_and_logged(&LIVEMODE_MISMATCH, "livemode does not agree with the secret"))?;
    let (received, remark) = take(cx, &event, &signed.body, *mode, Source::Webhook).await?;
    Ok(Reply::redacted(200, &received, &[redaction::RAW_STRIPE_IDS])?.remarked(remark))
}

/// Processes an event whose origin is proved: inbox row, status, grants, tasks and audit rows in one batch. Money that
/// fits no checkout also gives a remark for the log.
///
/// # Errors
/// `stripe_event_malformed` when the event's object cannot be read; a fault when the batch failed, and then nothing of
/// it was kept, so the next delivery starts afresh.
pub async fn take(
    cx: &Cx,
    event: &Event,
    body: &[u8],
    mode: StripeMode,
    source: Source,
) -> Result<(Received, Option<&'static str>)> {
    let subject = event.subject().map_err(|_| Error::from(&EVENT_MALFORMED))?;
    let reversal = Reversal::of(event).map_err(|_| Error::from(&EVENT_MALFORMED))?;
    let session = subject.session();
    let of_reversal = || reversal.as_ref().and_then(|reversal| reversal.intent.clone());
    let intent = session.and_then(Session::intent).or_else(of_reversal);
    let target = session.and_then(|session| model::target(&event.kind, session));
    let delivery = cx.fresh_audit();
    let inbox = Inbox {
        event,
        source,
        payload_sha256: sha256_hex(body),
        handled: reversal.is_some() || !matches!(subject, Subject::Other),
        redacted: redacted(event, session, target),
        delivery: &delivery,
        now: cx.now(),
    };
    let mut batch = Batch::new();
    batch.add(sql::receive(&inbox)?);
    if let (Some(intent), Some(session)) = (&intent, session) {
        let moved = Move { intent, session, target, mode: mode.as_str() };
        if let Some(stmt) = sql::move_intent(&moved, &inbox)? {
            batch.add(stmt);
        }
        if target == Some(Target::Paid) {
            batch.add(sql::grant(intent, &inbox));
            batch.add(sql::queue_fulfillment(intent, &inbox));
            batch.add(sql::audit_grants(intent, &inbox, &cx.fresh_audit()));
            affiliate::credit(cx, &mut batch, intent, of(&inbox));
        }
        batch.add(sql::audit_event(&moved, &inbox, &cx.fresh_audit())?);
    }
    let brought = EventDelivery { event, id: &delivery, mode, actor: source.actor(), now: inbox.now };
    let followed = subscription::follow(cx, &mut batch, &subject, &brought)?;
    if inbox.handled {
        batch.add(insight::delivered(cx, &event.id, &delivery, inbox.now, intent.as_ref()));
    }
    if let Some(reversal) = &reversal {
        if let Some(stmt) = sql::record_dispute(reversal, mode, &inbox) {
            batch.add(stmt);
        }
        affiliate::take_back(cx, &mut batch, taken(reversal, mode), of(&inbox));
    }
    let at = batch.add(sql::outcome(intent.as_ref(), &inbox));
    let rows = cx.commit(batch).await?;
    let outcome: Outcome = rows.one(at)?;
    if !outcome.mine {
        return Ok((Received { ok: true, received: true, duplicate: true, effects: None }, None));
    }
    let followed = followed.effects(&rows)?;
    let lost = outcome.quarantined && target == Some(Target::Paid);
    let remark = match (lost, followed.quarantined) {
        (true, _) => Some("money arrived that does not fit its checkout; see the audit trail"),
        (_, true) => Some("a subscription does not fit its checkout; see the audit trail"),
        _ => None,
    };
    let effects = effects(event, target, intent, &outcome, followed);
    Ok((Received { ok: true, received: true, duplicate: false, effects: Some(effects) }, remark))
}

fn effects(
    event: &Event,
    target: Option<Target>,
    intent: Option<CheckoutIntentId>,
    outcome: &Outcome,
    followed: subscription::Effects,
) -> Effects {
    let grantable = if target == Some(Target::Paid) { outcome.grantable } else { 0 };
    let named = intent.filter(|_| outcome.intent_found).map(|id| id.as_str().to_owned());
    let (updated, status, id) = match followed.membership {
        Some(membership) => (membership.updated, membership.status, membership.id),
        None => (false, "ignored", None),
    };
    Effects {
        event_type: event.kind.clone(),
        checkout_intent_id: named.or(followed.intent),
        checkout_intent_updated: outcome.moved,
        subscription_updated: followed.subscription_updated,
        entitlement_grants_created: outcome.granted,
        entitlement_grants_skipped: (grantable - outcome.granted).max(0),
        membership_entitlement_updated: updated,
        membership_entitlement_status: status,
        membership_entitlement_id: id,
    }
}

/// The delivery, as what joins its batch knows it.
fn of<'a>(inbox: &Inbox<'a>) -> Delivery<'a> {
    Delivery { event: &inbox.event.id, id: inbox.delivery, actor: inbox.source.actor(), now: inbox.now }
}

fn taken(reversal: &Reversal, mode: StripeMode) -> Taken<'_> {
    let (reason, summary) = match reversal.kind {
        ReversalKind::Refunded => ("refunded", "The money went back."),
        ReversalKind::PartlyRefunded => ("partially_refunded", "A part of the money went back."),
        ReversalKind::Disputed => ("disputed", "The buyer disputes the payment."),
        ReversalKind::DisputeLost => ("dispute_lost", "The dispute was lost, and the money went back."),
        ReversalKind::DisputeEnded => ("dispute_ended", "The dispute ended, and the money stayed."),
    };
    let (intent, payment) = (reversal.intent.as_ref(), reversal.payment_intent.as_deref());
    Taken { intent, payment, mode: mode.as_str(), reason, summary }
}

/// What the inbox keeps of the payload: no ids of Stripe's, no addresses.
fn redacted(event: &Event, session: Option<&Session>, target: Option<Target>) -> String {
    json!({
        "type": event.kind,
        "apiVersion": event.api_version,
        "livemode": event.livemode,
        "created": event.created,
        "status": session.and_then(|session| session.status.as_deref()),
        "paymentStatus": session.and_then(|session| session.payment_status.as_deref()),
        "checkoutIntentId": session.and_then(Session::intent).map(|intent| intent.as_str().to_owned()),
        "wouldBe": target.map(Target::as_str),
    })
    .to_string()
}
