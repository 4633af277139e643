//! The shop's pages.

use maud::{html, Markup};

use super::model::{Library, Offer, PriceRow, Product, Stack, StackCard};
use super::serve::LibraryCard;
use crate::page::{amount, layout, Frame};

/// The front page.
pub fn home(stacks: &[StackCard], libraries: &[LibraryCard]) -> Markup {
    let frame = Frame {
        description: Some("Small products for people who make things: buy once, download at once."),
        ..Frame::titled("Shop")
    };
    layout(
        &frame,
        html! {
            section.hero {
                h1 { "Small products that get you launched" }
                p.lead { "Pay once, download at once. No account needed." }
            }
            @if stacks.is_empty() {
                p.empty { "Nothing is for sale at the moment. Please come back soon." }
            } @else {
                h2 { "For sale now" }
                ul.cards {
                    @for stack in stacks {
                        li.card {
                            a href={ "/offers/" (stack.slug) } {
                                (picture(stack.image_path.as_deref()))
                                div.card-text {
                                    h3 { (stack.title) }
                                    p { (stack.summary) }
                                    p.price { (price(&stack.price)) }
                                }
                            }
                        }
                    }
                }
            }
            @if !libraries.is_empty() {
                h2 { "Look inside" }
                ul.links {
                    @for library in libraries {
                        li {
                            a href={ "/products/" (library.slug) } { (library.title) }
                            p { (library.summary) }
                        }
                    }
                }
            }
        },
    )
}

/// What the offer page shows.
pub struct OfferView<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// What is sold.
    pub primary: &'a Offer,
    /// What can be added.
    pub bumps: &'a [Offer],
    /// The idempotency key of this render.
    pub key: &'a str,
}

/// An offer. The form says what was shown, so another total is refused instead of charged.
pub fn offer(view: &OfferView<'_>) -> Markup {
    let OfferView { stack, primary, .. } = view;
    let frame = Frame {
        description: Some(&stack.summary),
        script: Some("/offer.js"),
        ..Frame::titled(&stack.title)
    };
    layout(
        &frame,
        html! {
            div.offer {
                section.pitch {
                    @if stack.status != "live" { p.badge { "Test shop: no real money moves" } }
                    h1 { (stack.title) }
                    p.lead { (stack.summary) }
                    (picture(primary.image_path.as_deref()))
                    @if !primary.highlights.is_empty() {
                        h2 { "What you get" }
                        ul.ticks { @for line in &primary.highlights { li { (line) } } }
                    }
                }
                section.buy aria-label="Your order" {
                    @if primary.sellable { (order_form(view)) } @else {
                        p.empty { "This offer is not for sale at the moment." }
                    }
                }
            }
        },
    )
}

fn order_form(view: &OfferView<'_>) -> Markup {
    let OfferView {
        stack,
        primary,
        bumps,
        key,
    } = view;
    html! {
        form.order method="post" action="/api/commerce/checkout" {
            input type="hidden" name="priceId" value=(primary.price_id);
            input type="hidden" name="confirmationText" value=(stack.checkout_text);
            input type="hidden" name="idempotencyKey" value=(key);
            input type="hidden" name="shownAmountCents" value=(primary.price.unit_amount_cents);
            h2 { "Your order" }
            div.line {
                div { strong { (primary.title) } p { (primary.customer_promise) } }
                span.price { (price(&primary.price)) }
            }
            @for bump in bumps.iter().filter(|bump| bump.sellable) { (order_bump(bump)) }
            @if let Some(total) = primary.price.money() {
                p.total {
                    span { "Total" }
                    output data-total=(primary.price.unit_amount_cents) data-currency=(primary.price.currency.code()) {
                        (amount(total))
                    }
                }
                noscript { p.small { "If you add the extra, the payment page shows the new total before you pay." } }
            }
            button.button type="submit" { "Continue to payment" }
            p.small { "You pay on Stripe's secure page. Card details never reach this shop." }
        }
    }
}

fn order_bump(bump: &Offer) -> Markup {
    html! {
        label.bump {
            input type="checkbox" name="orderBumpPriceIds" value=(bump.price_id)
                data-amount=(bump.price.unit_amount_cents);
            input type="hidden" name={ "shownAmountCents[" (bump.price_id) "]" } value=(bump.price.unit_amount_cents);
            @if let Some(path) = &bump.image_path { img src=(path) alt="" width="64" height="48"; }
            span.bump-text {
                strong { "Add " (bump.title) " for " (price(&bump.price)) }
                span { (bump.customer_promise) }
            }
        }
    }
}

/// A library.
pub fn library(library: &Library, products: &[Product]) -> Markup {
    let frame = Frame {
        description: Some(&library.summary),
        ..Frame::titled(&library.title)
    };
    layout(
        &frame,
        html! {
            section.hero {
                h1 { (library.title) }
                p.lead { (library.summary) }
                @if let Some(slug) = &library.offer_slug {
                    a.button href={ "/offers/" (slug) } { "See the offer" }
                }
            }
            @if products.is_empty() {
                p.empty { "This library is still empty." }
            } @else {
                ul.cards {
                    @for product in products {
                        li.card #(product.slug) {
                            (picture(product.image_path.as_deref()))
                            div.card-text {
                                p.badge { (product.kind_in_words()) }
                                h2 { (product.title) }
                                p { (product.summary) }
                                @if !product.assets.is_empty() {
                                    ul.ticks { @for asset in &product.assets { li { (asset) } } }
                                }
                            }
                        }
                    }
                }
            }
            p { "Bought already? " a href="/products/entitlements" { "Open your purchase" } "." }
        },
    )
}

fn price(row: &PriceRow) -> Markup {
    html! {
        @if let Some(money) = row.money() { (amount(money)) }
        @if row.billing_interval != "one_time" { " " (row.rhythm()) }
    }
}

fn picture(path: Option<&str>) -> Markup {
    html! {
        @if let Some(path) = path { img.picture src=(path) alt="" width="640" height="400"; }
    }
}
