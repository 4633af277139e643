//! The buyer's purchase: what it opened, and a button per file.

use maud::{html, Markup};

use super::lookup::{Checkout, Entitlement, Found, Lookup};
use crate::page::{layout, notice, Frame, Tone};

/// The access page in each of its states.
pub fn access(found: &Found) -> Markup {
    let document = &found.document;
    let content = match (&document.checkout, document.source) {
        (Some(checkout), _) => purchase(checkout, document, &found.images),
        (None, "invalid") => ask(
            "That is not a purchase reference",
            "Check it against the address of your thank-you page.",
        ),
        (None, _) if document.checkout_intent_id.is_some() => ask(
            "We do not know this purchase",
            "Check the reference against the address of your thank-you page.",
        ),
        (None, _) => ask(
            "Open your purchase",
            "Paste the reference from your thank-you page. It starts with checkout-intent.",
        ),
    };
    layout(&Frame::titled("My purchase"), content)
}

fn ask(title: &str, text: &str) -> Markup {
    html! {
        section.ask {
            h1 { (title) }
            p.lead { (text) }
            form method="get" action="/products/entitlements" {
                label for="reference" { "Purchase reference" }
                input #reference type="text" name="checkout_intent_id" required autocomplete="off" spellcheck="false"
                    placeholder="checkout-intent-…";
                button.button type="submit" { "Open" }
            }
        }
    }
}

fn purchase(checkout: &Checkout, document: &Lookup, images: &[Option<String>]) -> Markup {
    let again = html! {
        a.button.quiet href={ "/products/entitlements?checkout_intent_id=" (checkout.checkout_intent_id) } { "Look again" }
    };
    let shop = html! { a.button href="/" { "Back to the shop" } };
    match checkout.status.as_str() {
        "paid" | "completed" if !document.entitlements.is_empty() => opened(checkout, document, images),
        "paid" => notice(
            Tone::Waiting,
            "Paid. Your purchase is being prepared.",
            "It opens here as soon as it is ready.",
            again,
        ),
        "completed" => notice(
            Tone::Waiting,
            "Your payment is on its way",
            "Your bank still has to send the money. Your files open here when it is there.",
            again,
        ),
        "payment_failed" => notice(
            Tone::Bad,
            "The payment did not go through",
            "You were not charged.",
            shop,
        ),
        "expired" => notice(
            Tone::Bad,
            "This checkout has expired",
            "Nothing was paid and nothing is owed.",
            shop,
        ),
        _ => notice(
            Tone::Waiting,
            "Waiting for your payment",
            "Your files open here once the payment is confirmed.",
            again,
        ),
    }
}

fn opened(checkout: &Checkout, document: &Lookup, images: &[Option<String>]) -> Markup {
    html! {
        section.hero {
            p.badge.good { "Paid" @if let Some(amount) = &checkout.amount { " · " (amount) } }
            h1 { "Your purchase" }
            p.lead { "Each Download press makes a fresh link that works once, for fifteen minutes." }
        }
        ul.cards.wide {
            @for (entitlement, image) in document.entitlements.iter().zip(images) {
                li.card {
                    @if let Some(path) = image { img.picture src=(path) alt="" width="640" height="400"; }
                    div.card-text {
                        h2 { (entitlement.product_title) }
                        @if let Some(summary) = &entitlement.grant_summary { p { (summary) } }
                        (state(entitlement))
                        (download(checkout, entitlement))
                    }
                }
            }
        }
        p.small { "The address of this page opens your files. Keep it, and do not share it." }
    }
}

fn state(entitlement: &Entitlement) -> Markup {
    html! {
        @if entitlement.status == "active" { p.badge.good { "Open" } } @else { p.badge { "Closed" } }
    }
}

fn download(checkout: &Checkout, entitlement: &Entitlement) -> Markup {
    html! {
        @if entitlement.download_delivery.available {
            form method="post" action="/api/products/download-tokens" {
                input type="hidden" name="checkoutIntentId" value=(checkout.checkout_intent_id);
                input type="hidden" name="entitlementId" value=(entitlement.id);
                button.button type="submit" {
                    "Download " (entitlement.download_delivery.asset_title.as_deref().unwrap_or("the file"))
                }
            }
        }
    }
}
