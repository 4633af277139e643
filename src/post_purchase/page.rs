//! The page of the offer that follows a purchase.

use maud::{html, Markup};

use super::model::{CheckoutRow, OfferRow, ACCEPT_DOWNSELL, ACCEPT_UPSELL, DECLINE_DOWNSELL, DECLINE_UPSELL, PHRASE};
use super::writes::DECIDE;
use crate::confirm::page::flash;
use crate::confirm::parse;
use crate::cx::Cx;
use crate::http::{key as idempotency, Req};
use crate::kit::id::CheckoutIntentId;
use crate::page::{amount, layout, notice, Frame, Tone};

/// The page, whatever the purchase's state.
pub fn offer(cx: &Cx, req: &Req, intent: &CheckoutIntentId, checkout: &CheckoutRow, offers: &[OfferRow]) -> Markup {
    let access = format!("/products/entitlements?checkout_intent_id={}", intent.as_str());
    let open_purchase = html! { a.button href=(access) { "Open my purchase" } };
    if !checkout.eligible {
        let text = "The offer that follows a purchase stands here once the payment is confirmed.";
        let again = html! { a.button.quiet href=(req.url.path()) { "Look again" } };
        return layout(&Frame::titled("Not yet"), notice(Tone::Waiting, "Not yet", text, again));
    }
    let still_open = cx.now() <= checkout.open_until;
    let message = flash(req, &[&DECIDE]);
    match next_offer(offers).filter(|_| still_open) {
        Some(offer) => layout(
            &Frame::titled("One more thing"),
            html! {
                div.stack {
                    (message)
                    (card(cx, intent, checkout, offer))
                    p.small { "Your purchase is complete either way. " a href=(access) { "Open my purchase" } }
                }
            },
        ),
        None => {
            let (title, text) = closing(offers);
            let next = html! { (open_purchase) (message) };
            layout(&Frame::titled(title), notice(Tone::Calm, title, text, next))
        }
    }
}

/// The first offer; the smaller one only when the first was declined.
fn next_offer(offers: &[OfferRow]) -> Option<&OfferRow> {
    let decided =
        |kind: &str| offers.iter().find(|offer| offer.kind == kind).and_then(|it| it.decision_kind.as_deref());
    let undecided = |kind: &str| offers.iter().find(|offer| offer.kind == kind && offer.decision_kind.is_none());
    match decided("upsell") {
        None => undecided("upsell").or_else(|| undecided("downsell")),
        Some(DECLINE_UPSELL) => undecided("downsell"),
        Some(_) => None,
    }
}

fn closing(offers: &[OfferRow]) -> (&'static str, &'static str) {
    let accepted = |offer: &OfferRow| offer.decision_kind.as_deref().is_some_and(|kind| kind.starts_with("accept"));
    if offers.iter().any(accepted) {
        return ("We will be in touch", "You asked for it, so we will write to you about it. Nothing was charged.");
    }
    ("Nothing more to decide", "There is no open offer for this purchase. What you bought is yours.")
}

fn card(cx: &Cx, intent: &CheckoutIntentId, checkout: &CheckoutRow, offer: &OfferRow) -> Markup {
    let (accept, decline) = match offer.kind.as_str() {
        "upsell" => (ACCEPT_UPSELL, DECLINE_UPSELL),
        _ => (ACCEPT_DOWNSELL, DECLINE_DOWNSELL),
    };
    html! {
        section.card.after-sale {
            @if let Some(image) = &offer.image_path { img src=(image) alt="" width="640" height="400"; }
            p.eyebrow { "One more thing, if you like" }
            h1 { (offer.title) }
            p.lead { (offer.customer_promise) }
            @if let Some(money) = offer.money() { p.price { (amount(money)) } }
            p { "Say yes and we write to you with the details. " strong { "Nothing is charged now." } }
            div.actions {
                (button(cx, intent, checkout, accept, "Yes, tell me more", "button"))
                (button(cx, intent, checkout, decline, "No, thank you", "button quiet"))
            }
        }
    }
}

/// A buyer confirms by pressing the button, so the phrase goes along with it.
fn button(
    cx: &Cx,
    intent: &CheckoutIntentId,
    checkout: &CheckoutRow,
    decision: &str,
    text: &str,
    class: &str,
) -> Markup {
    html! {
        form method="post" action=(DECIDE.path) {
            input type="hidden" name="checkoutIntentId" value=(intent.as_str());
            input type="hidden" name="decisionKind" value=(decision);
            input type="hidden" name="expectedCheckoutUpdatedAt" value=(checkout.updated_at.unix_seconds());
            input type="hidden" name=(parse::PHRASE) value=(PHRASE);
            input type="hidden" name=(idempotency::FIELD) value={ (cx.uuid()) "-" (decision) };
            button class=(class) type="submit" { (text) }
        }
    }
}

/// The page without a purchase that we know.
pub fn unknown() -> Markup {
    let next = html! { a.button href="/products/entitlements" { "Open my purchase" } };
    let text = "The address of this page does not name a purchase that we know.";
    layout(&Frame::titled("Which purchase?"), notice(Tone::Bad, "Which purchase?", text, next))
}
