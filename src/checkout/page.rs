//! Where a buyer lands after the payment page, and what a start says to a person when it cannot go on.

use maud::{html, Markup};

use crate::kit::id::CheckoutIntentId;
use crate::kit::money::Money;
use crate::membership::Standing;
use crate::page::{amount, layout, live, notice, reference, Frame, Looks, Tone};

/// How a checkout stands, as a buyer needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The confirmation has not come yet.
    Waiting,
    /// The buyer finished; the bank still has to move the money.
    Clearing,
    /// Paid, and everything is open.
    Ready,
    /// The payment did not go through.
    Failed,
    /// The payment page closed without a payment.
    Expired,
}

impl State {
    /// From the database. Grants come in the batch that makes a checkout paid, so paid is never "not yet".
    pub fn of(status: &str) -> Self {
        match status {
            "paid" => Self::Ready,
            "completed" => Self::Clearing,
            "payment_failed" => Self::Failed,
            "expired" => Self::Expired,
            _ => Self::Waiting,
        }
    }
}

/// What the page after payment shows.
pub struct Success<'a> {
    /// The checkout.
    pub intent: &'a CheckoutIntentId,
    /// How it stands.
    pub state: State,
    /// What it cost.
    pub amount: Option<Money>,
    /// How the membership stands, when the purchase repeats.
    pub membership: Option<Standing>,
    /// How often this page has looked without script.
    pub check: u32,
}

/// The page after payment.
pub fn success(view: &Success<'_>) -> Markup {
    let access = format!("/products/entitlements?checkout_intent_id={}", view.intent.as_str());
    let here = format!("/commerce/checkout/success?checkout_intent_id={}", view.intent.as_str());
    let after = format!("/commerce/post-purchase/{}", view.intent.as_str());
    let try_again = html! { a.button href="/" { "Back to the shop" } };
    match view.state {
        State::Waiting | State::Clearing => waiting(view, &access, &here),
        State::Ready => layout(
            &Frame::titled("Thank you"),
            notice(
                Tone::Good,
                "Thank you. It is yours.",
                "Your payment is confirmed.",
                html! {
                    @if let Some(standing) = view.membership { p { strong { "Membership: " (standing.in_words()) } } }
                    div.actions {
                        a.button href=(access) { "Open my purchase" }
                        a.button.quiet href=(after) { "See one more offer" }
                    }
                    (reference(view.intent.as_str(), view.amount))
                },
            ),
        ),
        State::Failed => layout(
            &Frame::titled("Payment failed"),
            notice(
                Tone::Bad,
                "The payment did not go through",
                "You were not charged. You can try again with another way to pay.",
                try_again,
            ),
        ),
        State::Expired => layout(
            &Frame::titled("Checkout expired"),
            notice(
                Tone::Bad,
                "This checkout has expired",
                "The payment page was closed before anything was paid. You were not charged.",
                try_again,
            ),
        ),
    }
}

fn waiting(view: &Success<'_>, access: &str, here: &str) -> Markup {
    let looks = Looks::after(here, view.check);
    let (tone, title, text) = match view.state {
        State::Clearing => (
            Tone::Slow,
            "Your payment is on its way",
            "Your bank still has to send the money. That can take a few days. Your purchase opens when it is there.",
        ),
        _ => looks.confirming(),
    };
    let frame =
        Frame { script: Some("/checkout-status.js"), refresh: looks.next, ..Frame::titled("Confirming your payment") };
    let next = html! {
        (live(view.intent.as_str(), view.state == State::Clearing))
        a.button.quiet href=(here) { "Look again" }
        p.small { "Your purchase has " a href=(access) { "a page of its own" } ". You can close this one and go there later." }
    };
    layout(&frame, notice(tone, title, text, next))
}

/// The page after payment, without a checkout that we know.
pub fn success_missing() -> Markup {
    let next = html! {
        a.button href="/products/entitlements" { "Open my purchase" }
    };
    layout(
        &Frame::titled("Which purchase?"),
        notice(Tone::Bad, "Which purchase?", "The address of this page does not name a purchase that we know.", next),
    )
}

/// The page of a buyer who left the payment page.
pub fn cancelled(offer: Option<&str>) -> Markup {
    let next = match offer {
        Some(slug) => html! { a.button href={ "/offers/" (slug) } { "Back to the offer" } },
        None => html! { a.button href="/" { "Back to the shop" } },
    };
    layout(
        &Frame::titled("Nothing was charged"),
        notice(
            Tone::Calm,
            "Nothing was charged",
            "You left before paying, so nothing was bought and nothing is owed. The offer is still there if you want it.",
            next,
        ),
    )
}

/// A start that cannot open a payment page.
pub fn not_connected(total: Money, reason: &str) -> Markup {
    let text = match reason {
        "confirmation_text_required" => "The order was not confirmed. Please go back and press the button again.",
        "preview_requested" => "This was a look at the price. Nothing was ordered.",
        _ => "This shop cannot take payments yet: its owner still has to connect Stripe. You were not charged.",
    };
    let next = html! {
        p { "Your order would come to " (amount(total)) "." }
        a.button href="/" { "Back to the shop" }
    };
    layout(&Frame::titled("Not connected yet"), notice(Tone::Bad, "Payment is not possible yet", text, next))
}
