//! The shop's pages.

use maud::{html, Markup};

use super::model::{Library, Offer, PriceRow, Product, Stack, StackCard};
use super::serve::LibraryCard;
use crate::audience::Invitation;
use crate::insight::visitor_input;
use crate::insight::Beacon;
use crate::page::{amount, layout, Frame};

/// The front page.
pub fn home(stacks: &[StackCard], libraries: &[LibraryCard], invitation: Option<&Invitation>) -> Markup {
    let frame = Frame {
        description: Some(
            "Small products for people who make things. Buy in a minute, open at once, no account needed.",
        ),
        ..Frame::titled("Shop")
    };
    layout(
        &frame,
        html! {
            (hero(stacks, libraries))
            section #shop aria-labelledby="shop-title" {
                h2 #shop-title { "For sale now" }
                @if stacks.is_empty() {
                    p.empty { "Nothing is for sale at the moment. Please come back soon." }
                } @else {
                    ul.cards { @for stack in stacks { (stack_card(stack)) } }
                }
            }
            (how_it_works())
            @if let Some(form) = invitation {
                section.addon aria-labelledby="letters-title" {
                    div {
                        h2 #letters-title { (form.headline) }
                        p { (form.summary) }
                        a.button href={ "/audience/" (form.slug) } { (form.button) }
                    }
                }
            }
            @if !libraries.is_empty() {
                section aria-labelledby="inside-title" {
                    h2 #inside-title { "Look inside first" }
                    ul.links {
                        @for library in libraries {
                            li {
                                a href={ "/products/" (library.slug) } { (library.title) }
                                p { (library.summary) }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn hero(stacks: &[StackCard], libraries: &[LibraryCard]) -> Markup {
    html! {
        section.hero.split {
            div {
                p.eyebrow { "The shop for makers" }
                h1 { "Small products that get you launched" }
                p.lead { "Checklists, lessons and sessions from people who have done it. Buy in a minute, start the same day." }
                div.actions {
                    @if !stacks.is_empty() { a.button href="#shop" { "See what is for sale" } }
                    @if let Some(library) = libraries.first() {
                        a.button.quiet href={ "/products/" (library.slug) } { "Look inside" }
                    }
                }
                ul.facts {
                    li { "No account needed" }
                    li { "Secure payment by Stripe" }
                    li { "Opens right after payment" }
                }
            }
            img.art src="/img/hero.svg" alt="" width="640" height="520";
        }
    }
}

fn stack_card(stack: &StackCard) -> Markup {
    html! {
        li.card {
            a href={ "/offers/" (stack.slug) } {
                (picture(stack.image_path.as_deref()))
                div.card-text {
                    h3 { (stack.title) }
                    p { (stack.summary) }
                    p.foot {
                        span.price { (price(&stack.price)) }
                        span.cue { "See the offer" }
                    }
                }
            }
        }
    }
}

fn how_it_works() -> Markup {
    html! {
        section aria-labelledby="how-title" {
            h2 #how-title { "How it works" }
            ol.steps {
                li { strong { "Choose" } span { "Every offer says what you get and what it costs, extras included." } }
                li { strong { "Pay" } span { "On Stripe's secure page. Your card details never reach this shop." } }
                li { strong { "Open" } span { "You come back here, and what you bought is ready for you." } }
            }
        }
    }
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
    /// The click on a partner's link that the browser keeps.
    pub referral: Option<&'a str>,
    /// What counts the looks at this page.
    pub beacon: Option<Beacon>,
}

/// An offer. The form says what was shown, so another total is refused instead of charged.
pub fn offer(view: &OfferView<'_>) -> Markup {
    let OfferView { stack, primary, .. } = view;
    let frame = Frame { description: Some(&stack.summary), script: Some("/offer.js"), ..Frame::titled(&stack.title) };
    layout(
        &frame,
        html! {
            div.offer {
                section.pitch {
                    @if stack.status != "live" { p.badge.test { "Test shop: no real money moves" } }
                    h1 { (stack.title) }
                    p.lead { (stack.summary) }
                    (picture(primary.image_path.as_deref()))
                }
                section.buy aria-labelledby="order-title" {
                    @if primary.sellable { (order_form(view)) } @else {
                        div.order {
                            h2 #order-title { "Your order" }
                            p.empty { "This offer is not for sale at the moment." }
                        }
                    }
                }
                div.more {
                    @if !primary.highlights.is_empty() {
                        section aria-labelledby="get-title" {
                            h2 #get-title { "What you get" }
                            @if let Some(text) = &primary.description { p { (text) } }
                            ul.ticks { @for line in &primary.highlights { li { (line) } } }
                        }
                    }
                    (questions(view))
                }
            }
            @if let Some(beacon) = &view.beacon { (beacon.markup()) }
        },
    )
}

fn questions(view: &OfferView<'_>) -> Markup {
    html! {
        section.questions aria-labelledby="ask-title" {
            h2 #ask-title { "Good to know" }
            @if view.stack.status != "live" {
                details {
                    summary { "Will I be charged in the test shop?" }
                    p { "No. Only test cards work here, and no real card is ever charged." }
                }
            }
            details {
                summary { "What happens after I pay?" }
                p { "You come back here and the page waits for Stripe to confirm the payment. That usually takes a few seconds. Then everything you bought is open." }
            }
            @if view.primary.price.billing_interval != "one_time" {
                details {
                    summary { "How do I cancel?" }
                    p { "Write to the shop and mention your purchase reference. It stays open until the end of the time that is paid, and nothing more is charged." }
                }
            }
            details {
                summary { "Do I need an account?" }
                p { "No. You get a private page of your own. Keep its address like a receipt: whoever has it can open what you bought." }
            }
            details {
                summary { "How often can I download?" }
                p { "As often as you need. Each press makes a fresh link that works once, for fifteen minutes." }
            }
            @if view.bumps.iter().any(|bump| bump.sellable) {
                details {
                    summary { "Do I have to take the extra?" }
                    p { "No. It is added only if you tick it, and the total always shows what you will pay." }
                }
            }
        }
    }
}

fn order_form(view: &OfferView<'_>) -> Markup {
    let OfferView { stack, primary, bumps, key, referral, .. } = view;
    let bumps: Vec<&Offer> = bumps.iter().filter(|bump| bump.sellable).collect();
    html! {
        form.order method="post" action="/api/commerce/checkout" autocomplete="off" {
            input type="hidden" name="priceId" value=(primary.price_id);
            input type="hidden" name="confirmationText" value=(primary.checkout_text);
            input type="hidden" name="idempotencyKey" value=(key);
            @if let Some(click) = referral { input type="hidden" name="referralClickId" value=(click); }
            input type="hidden" name="cancelUrl" value={ "/commerce/checkout/cancel?offer=" (stack.slug) };
            input type="hidden" name="shownAmountCents" value=(primary.price.unit_amount_cents);
            (visitor_input(""))
            h2 #order-title { "Your order" }
            div.line {
                div { strong { (primary.title) } p { (primary.customer_promise) } }
                span.price { (price(&primary.price)) }
            }
            @for (index, bump) in bumps.iter().enumerate() { (order_bump(index, bump)) }
            (total(primary, &bumps))
            button.button type="submit" data-busy="Opening the payment page…" { "Continue to payment" }
            p.trust { "You pay on Stripe's secure page. Card details never reach this shop." }
        }
    }
}

fn total(primary: &Offer, bumps: &[&Offer]) -> Markup {
    let once = primary.price.billing_interval == "one_time";
    let with_extra = match bumps {
        [bump] => primary.price.money().zip(bump.price.money()).and_then(|(sum, more)| sum.plus(more)),
        _ => None,
    };
    html! {
        @if let Some(total) = primary.price.money() {
            p.total {
                span { @if once { "Total" } @else { "Total today" } }
                output data-total=(primary.price.unit_amount_cents) data-currency=(primary.price.currency.code()) {
                    (amount(total))
                }
            }
            @if !once { p.small { "Then " (price(&primary.price)) " until you cancel." } }
            noscript {
                @if let Some(total) = with_extra { p.total.alternative { span { "With the extra" } (amount(total)) } }
                @else if !bumps.is_empty() { p.small { "If you add an extra, the payment page shows the new total before you pay." } }
            }
        }
    }
}

fn order_bump(index: usize, bump: &Offer) -> Markup {
    let about = format!("extra-{index}");
    html! {
        div.bump {
            p.tag { "Optional extra" }
            div.bump-about {
                @if let Some(path) = &bump.image_path { img src=(path) alt="" width="96" height="60"; }
                div #(about) {
                    strong { (bump.title) }
                    p { (bump.customer_promise) }
                    @if !bump.highlights.is_empty() { p.small { (bump.highlights.join(" · ")) } }
                }
            }
            label {
                input type="checkbox" name="orderBumpPriceIds" value=(bump.price_id)
                    data-amount=(bump.price.unit_amount_cents) aria-describedby=(about);
                span { "Add it to my order" }
                span.price { "+ " (price(&bump.price)) }
            }
            input type="hidden" name={ "shownAmountCents[" (bump.price_id) "]" } value=(bump.price.unit_amount_cents);
        }
    }
}

/// A library.
pub fn library(library: &Library, products: &[Product]) -> Markup {
    let frame = Frame { description: Some(&library.summary), ..Frame::titled(&library.title) };
    layout(
        &frame,
        html! {
            section.hero {
                p.eyebrow { "Look inside" }
                h1 { (library.title) }
                p.lead { (library.summary) }
                div.actions {
                    @if let Some(slug) = &library.offer_slug {
                        a.button href={ "/offers/" (slug) } { "See the offer" }
                    }
                    a.button.quiet href="/products/entitlements" { "I have bought it" }
                }
            }
            @if products.is_empty() {
                p.empty { "This library is still empty." }
            } @else {
                ul.cards.three { @for product in products { (product_card(product)) } }
            }
        },
    )
}

fn product_card(product: &Product) -> Markup {
    html! {
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

fn price(row: &PriceRow) -> Markup {
    html! {
        @if let Some(money) = row.money() { (amount(money)) }
        @if row.billing_interval != "one_time" { " " span.rhythm { (row.rhythm()) } }
    }
}

fn picture(path: Option<&str>) -> Markup {
    html! {
        @if let Some(path) = path { img.picture src=(path) alt="" width="640" height="400"; }
    }
}
