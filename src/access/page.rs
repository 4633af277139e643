//! The buyer's purchase: what it opened, and a button per file.

use maud::{html, Markup};

use super::content::Delivered;
use super::lookup::{Checkout, Entitlement, Found, OpenSection};
use crate::membership::Standing;
use crate::page::markdown::markdown;
use crate::page::{component, layout, live, notice, reference, Frame, Tone};

/// The access page in each of its states.
pub fn access(found: &Found) -> Markup {
    let document = &found.document;
    let content = match (&document.checkout, document.source) {
        (Some(checkout), _) => purchase(checkout, found),
        (None, "invalid") => ask(
            "That is not a purchase reference",
            "It should start with checkout-intent. Check that nothing is missing at either end.",
        ),
        (None, _) if document.checkout_intent_id.is_some() => ask(
            "We do not know this purchase",
            "No purchase has this reference. Compare it with your thank-you page, letter by letter.",
        ),
        (None, _) => {
            ask("Open your purchase", "No account, no password: paste the reference from your thank-you page.")
        }
    };
    let frame = Frame { script: Some("/checkout-status.js"), ..Frame::titled("My purchase") };
    layout(&frame, content)
}

fn ask(title: &str, text: &str) -> Markup {
    html! {
        section.ask {
            h1 { (title) }
            p.lead { (text) }
            form method="get" action="/products/entitlements" {
                label for="reference" { "Purchase reference" }
                input #reference type="text" name="checkout_intent_id" required autocomplete="off" autocapitalize="none"
                    spellcheck="false" placeholder="checkout-intent-…" aria-describedby="reference-help";
                p.small #reference-help { "You find it on your thank-you page and in that page's address." }
                button.button type="submit" { "Open my purchase" }
            }
        }
    }
}

fn purchase(checkout: &Checkout, found: &Found) -> Markup {
    let document = &found.document;
    let id = checkout.checkout_intent_id.as_str();
    let again = html! {
        (live(id, checkout.status == "completed"))
        a.button.quiet href={ "/products/entitlements?checkout_intent_id=" (id) } { "Look again" }
    };
    let shop = html! { a.button href="/" { "Back to the shop" } };
    match checkout.status.as_str() {
        "paid" | "completed" if !document.entitlements.is_empty() => opened(checkout, found),
        "paid" if found.membership == Some(Standing::Opening) => notice(
            Tone::Waiting,
            "Opening your membership",
            "Your payment is confirmed. The membership opens in a moment.",
            html! { a.button.quiet href={ "/products/entitlements?checkout_intent_id=" (id) } { "Look again" } },
        ),
        "paid" => notice(
            Tone::Good,
            "Paid, and nothing to download",
            "Your payment is confirmed. What you bought is delivered by a person or by e-mail, not from this page.",
            shop,
        ),
        "completed" => notice(
            Tone::Slow,
            "Your payment is on its way",
            "Your bank still has to send the money. Your purchase opens here when it is there.",
            again,
        ),
        "payment_failed" => notice(Tone::Bad, "The payment did not go through", "You were not charged.", shop),
        "expired" => notice(Tone::Bad, "This checkout has expired", "Nothing was paid and nothing is owed.", shop),
        _ => notice(
            Tone::Waiting,
            "Waiting for your payment",
            "Your purchase opens here once the payment is confirmed.",
            again,
        ),
    }
}

fn opened(checkout: &Checkout, found: &Found) -> Markup {
    let Found { document, images, membership, sections } = found;
    let downloads = document.entitlements.iter().any(|entitlement| entitlement.download_delivery.available);
    html! {
        section.hero {
            p.badge.good { "Paid" @if let Some(amount) = &checkout.amount { " · " (amount) } }
            h1 { "Your purchase" }
            @if downloads { p.lead { "Press Download as often as you need. Each press makes a fresh link that works once, for fifteen minutes." } }
            @else if membership.is_some() { p.lead { "Your membership, and how it stands." } }
        }
        ul.cards {
            @for (entitlement, image) in document.entitlements.iter().zip(images) {
                li.card {
                    @if let Some(path) = image { img.picture src=(path) alt="" width="640" height="400"; }
                    div.card-text {
                        (state(entitlement, *membership))
                        h2 { (entitlement.product_title) }
                        @if let Some(name) = &entitlement.source_product_name { p { "From your order: " (name) } }
                        (download(checkout, entitlement))
                    }
                }
            }
        }
        (to_read(&checkout.checkout_intent_id, sections))
        (reference(&checkout.checkout_intent_id, None))
    }
}

fn to_read(checkout: &str, sections: &[OpenSection]) -> Markup {
    html! {
        @if !sections.is_empty() {
            section aria-labelledby="read-title" {
                h2 #read-title { "Ready to read" }
                ul.links {
                    @for section in sections {
                        li {
                            a href=(section_address(checkout, &section.entitlement_id, &section.section_id)) { (section.title) }
                            p { (section.public_summary) }
                        }
                    }
                }
            }
        }
    }
}

fn section_address(checkout: &str, entitlement: &str, section: &str) -> String {
    let [checkout, entitlement, section] = [checkout, entitlement, section].map(component);
    format!("/products/content?checkout_intent_id={checkout}&entitlement_id={entitlement}&section_id={section}")
}

/// A section to read.
pub fn section(delivered: &Delivered) -> Markup {
    let section = &delivered.protected_content;
    let back = format!("/products/entitlements?checkout_intent_id={}", component(&delivered.checkout_intent_id));
    layout(
        &Frame::titled(&section.title),
        html! {
            article.reading {
                p.eyebrow { (section.product_title) }
                h1 { (section.title) }
                p.lead { (section.public_summary) }
                div.prose { (markdown(&section.body)) }
                p.back { a href=(back) { "Back to my purchase" } }
            }
        },
    )
}

fn state(entitlement: &Entitlement, membership: Option<Standing>) -> Markup {
    let repeats = entitlement.grant_kind.ends_with("_subscription_webhook");
    html! {
        @if let Some(standing) = membership.filter(|_| repeats) {
            p class=(if entitlement.status == "active" { "badge good" } else { "badge" }) { (standing.in_words()) }
        } @else if entitlement.status == "active" { p.badge.good { "Open" } } @else { p.badge { "Closed" } }
    }
}

fn download(checkout: &Checkout, entitlement: &Entitlement) -> Markup {
    let delivery = &entitlement.download_delivery;
    html! {
        @if delivery.available {
            form method="post" action="/api/products/download-tokens" {
                input type="hidden" name="checkoutIntentId" value=(checkout.checkout_intent_id);
                input type="hidden" name="entitlementId" value=(entitlement.id);
                button.button type="submit" { "Download" span.hidden { " " (entitlement.product_title) } }
                @if let Some(title) = &delivery.asset_title { span.small { (title) } }
            }
        } @else if entitlement.status != "active" {
            p.small { "This part is closed now. If that surprises you, write to the shop and mention the reference below." }
        }
    }
}
