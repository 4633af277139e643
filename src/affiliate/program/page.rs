//! The program in plain words: what counts, what it earns, when, and what does not count.

use maud::{html, Markup};

use super::serve::{Earning, OpenPartner, ProgramCard, Window};
use crate::page::{amount, layout, Frame};

/// What the page shows.
pub struct View<'a> {
    /// The program.
    pub program: &'a ProgramCard,
    /// What each offer earns.
    pub earnings: &'a [Earning],
    /// How a click is chosen.
    pub windows: &'a [Window],
    /// The partners whose links work.
    pub partners: &'a [OpenPartner],
    /// Days until a commission cannot be taken back by a refund.
    pub hold_days: i64,
    /// How every link begins.
    pub link: &'a str,
}

/// The page.
pub fn program(view: &View<'_>) -> Markup {
    let View { program, .. } = view;
    let frame = Frame { description: Some(&program.summary), ..Frame::titled(&program.title) };
    layout(
        &frame,
        html! {
            section.hero {
                p.eyebrow { "Partner program" }
                @match program.status.as_str() {
                    "draft" => { p.badge.test { "In preparation: by invitation" } }
                    "paused" => { p.badge { "Paused: links do not count at the moment" } }
                    _ => {}
                }
                h1 { (program.title) }
                p.lead { (program.summary) }
                @if let Some(slug) = &program.offer_slug {
                    div.actions { a.button href={ "/offers/" (slug) } { "See what is recommended" } }
                }
            }
            (earnings(view))
            (terms(view))
            (partners(view))
        },
    )
}

fn earnings(view: &View<'_>) -> Markup {
    html! {
        section aria-labelledby="earn-title" {
            h2 #earn-title { "What a sale earns" }
            @if view.earnings.is_empty() {
                p.empty { "No commission is set yet." }
            } @else {
                div.table.narrow tabindex="0" role="group" aria-labelledby="earn-title" {
                    table {
                        thead { tr { th scope="col" { "Sold" } th scope="col" { "Price" } th scope="col" { "Commission" } th scope="col" { "You earn" } } }
                        tbody {
                            @for earning in view.earnings {
                                tr {
                                    th scope="row" { (earning.title) }
                                    td { @if let Some(price) = earning.price() { (amount(price)) } }
                                    td { (earning.rate()) }
                                    td { @if let Some(money) = earning.commission() { strong { (amount(money)) } } }
                                }
                            }
                        }
                    }
                }
                p.small.after-table { "A share is taken of the price of each line, before payment fees and taxes, and rounded to the nearest cent." }
            }
        }
    }
}

fn terms(view: &View<'_>) -> Markup {
    html! {
        section aria-labelledby="terms-title" {
            h2 #terms-title { "How it works" }
            ol.steps {
                li {
                    strong { "You share your link" }
                    span { "Each partner has one: " code { (view.link) "YOURCODE" } }
                }
                li {
                    strong { "Somebody follows it" }
                    @for window in view.windows { span { (counts(window)) } }
                    @if view.windows.is_empty() { span { "At the moment no click is credited by itself." } }
                }
                li {
                    strong { "They buy" }
                    span {
                        "The commission is written down when the payment is confirmed. It waits " (view.hold_days)
                        " days for refunds, and the owner looks at it."
                    }
                }
            }
        }
        section.questions aria-labelledby="fair-title" {
            h2 #fair-title { "Good to know" }
            details {
                summary { "What does not earn a commission?" }
                p { "An order that is refunded, or whose payment is lost in a dispute: the commission is taken back. Your own purchases: they are set aside until the owner has looked at them. Visits by robots, and previews that apps make of a link." }
            }
            details {
                summary { "What if two partners send the same visitor?" }
                p {
                    @if view.windows.iter().any(|window| window.model == "first_click") {
                        "The first click counts, as long as its window is open. A later click by another partner counts once the first one has ended."
                    } @else {
                        "The last click before the order counts."
                    }
                }
            }
            details {
                summary { "What is remembered about visitors?" }
                p { "One cookie that says which click it was, readable by this shop only. Address and browser are kept as fingerprints that cannot be turned back and change every day." }
                @for window in view.windows { p { (window.caveat) } }
            }
            details {
                summary { "When is a commission paid?" }
                p { "Commissions are written down and reviewed here. This shop does not pay out by itself: its owner arranges that with you." }
            }
        }
    }
}

fn counts(window: &Window) -> String {
    let which = if window.model == "first_click" { "The first click" } else { "The last click" };
    match window.window_days {
        1 => format!("{which} counts for one day."),
        days => format!("{which} counts for {days} days."),
    }
}

fn partners(view: &View<'_>) -> Markup {
    html! {
        section aria-labelledby="partners-title" {
            h2 #partners-title { "Partners" }
            @if view.partners.is_empty() {
                p.empty { "There are no partners yet." }
            } @else {
                ul.links {
                    @for partner in view.partners {
                        li { h3 { (partner.display_name) } p { (partner.public_profile) } }
                    }
                }
            }
        }
    }
}
