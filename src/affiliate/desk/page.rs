//! The owner's desk.

use maud::{html, Markup};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::affiliate::evidence;
use crate::affiliate::ledger::model::{Credit, CreditLine, LinkFigures, Uncredited};
use crate::affiliate::ledger::writes::{ABOUT, ACT};
use crate::confirm::page::form;
use crate::cx::Cx;
use crate::db::truth;
use crate::evidence::page::{ladder, Ladder};
use crate::evidence::Rung;
use crate::kit::money::{Currency, Money};
use crate::kit::time::Moment;
use crate::page::{amount, layout, Frame};

/// A payout preview, flag or report that can be looked at.
#[derive(Deserialize)]
pub struct Choice {
    kind: String,
    id: String,
    title: String,
    #[serde(deserialize_with = "truth")]
    chosen: bool,
}

/// What the desk shows.
pub struct Desk<'a> {
    /// The commissions, newest first.
    pub credits: &'a [Credit],
    /// Their arithmetic.
    pub lines: &'a [CreditLine],
    /// The links with their figures.
    pub links: &'a [LinkFigures],
    /// Orders without a commission.
    pub without: &'a [Uncredited],
    /// The latest record of each kind about payouts and messages.
    pub rungs: &'a [Rung],
    /// What a request of each of these kinds must say now.
    pub expected: &'a [Map<String, Value>],
    /// What those can be about.
    pub choices: &'a [Choice],
    /// The present.
    pub now: Moment,
    /// What was just decided.
    pub flash: Markup,
}

/// The desk.
pub fn desk(cx: &Cx, view: &Desk<'_>) -> Markup {
    layout(
        &Frame::titled("Partners"),
        html! {
            section.hero {
                p.eyebrow { "Owner" }
                h1 { "Partners" }
                p.lead { "Every commission with its reason, and every order by a partner link that earned none." }
                (view.flash)
            }
            section aria-labelledby="links-title" {
                h2 #links-title { "Links" }
                (links(view.links))
            }
            section aria-labelledby="credits-title" {
                h2 #credits-title { "Commissions" }
                @if view.credits.is_empty() {
                    p.empty { "No commission yet. One appears here when an order by a partner link is paid." }
                } @else {
                    p.small.before-list { "Nothing here is paid by itself. Look at each commission, and decide." }
                    ul.credits { @for credit in view.credits { (one_credit(cx, view, credit)) } }
                }
            }
            section aria-labelledby="without-title" {
                h2 #without-title { "Orders without a commission" }
                (without(view.without))
            }
            section aria-labelledby="payout-title" {
                h2 #payout-title { "Before a payout" }
                p.small.before-list {
                    "What you looked at, step by step. Each step stands on the one before it, and no longer holds when that \
                    one is replaced or a figure changes. Nothing here pays or writes to anybody."
                }
                @if evidence::parts::CHOICES.iter().all(|(_, kind, _)| chosen(view.choices, kind).is_some()) {
                    (choices(view.choices))
                    (ladder(cx, &Ladder {
                        name: "payout", kinds: &evidence::ALL, rungs: view.rungs, expected: view.expected,
                    }))
                } @else {
                    p.empty { "There is no payout preview with such a flag and a report of its partner." }
                }
            }
        },
    )
}

fn chosen<'a>(choices: &'a [Choice], kind: &str) -> Option<&'a Choice> {
    choices.iter().find(|choice| choice.kind == kind && choice.chosen)
}

/// What the steps are about, and links to what else they can be about. Another choice keeps those outside of it.
fn choices(choices: &[Choice]) -> Markup {
    let all = evidence::parts::CHOICES;
    let leads = |depth: usize, choice: &Choice| {
        let outer =
            all.iter().take(depth).filter_map(|(field, kind, _)| Some((*field, chosen(choices, kind)?.id.clone())));
        let own = all.get(depth).map(|(field, ..)| (*field, choice.id.clone()));
        let about: Vec<(&str, String)> = outer.chain(own).collect();
        evidence::link(about.iter().map(|(field, id)| (*field, id.as_str())))
    };
    html! {
        dl.subject {
            @for (depth, (_, kind, words)) in all.iter().enumerate() {
                @let offered: Vec<&Choice> = choices.iter().filter(|choice| choice.kind == *kind).collect();
                div {
                    dt.small { (words) }
                    dd {
                        @if let [only] = offered.as_slice() { (only.title) } @else {
                            nav.windows aria-label=(words) {
                                @for choice in offered {
                                    a href={ (leads(depth, choice)) "#payout-title" } aria-current=[choice.chosen.then_some("true")] {
                                        (choice.title)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn links(links: &[LinkFigures]) -> Markup {
    html! {
        @if links.is_empty() {
            p.empty { "No partner has a link yet." }
        } @else {
            div.table tabindex="0" role="group" aria-labelledby="links-title" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Link" } th scope="col" { "Partner" } th scope="col" { "State" }
                            th.number scope="col" { "Clicks" } th.number scope="col" { "Orders" }
                            th.number scope="col" { "Commissions" } th scope="col" { "Last click" }
                        }
                    }
                    tbody {
                        @for link in links {
                            tr {
                                th scope="row" { code { "/r/" (link.code) } }
                                td { (link.partner_name) }
                                td { (link_state(link)) }
                                td.number { (link.clicks) }
                                td.number { (link.orders) }
                                td.number { (link.credits) }
                                td { @match link.last_click_at { Some(at) => (at.for_people()), None => "never" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn link_state(link: &LinkFigures) -> Markup {
    let why = match (link.partner_status.as_str(), link.status.as_str()) {
        ("review", _) => "Partner under review",
        ("suspended", _) => "Partner suspended",
        (_, "review") => "Link under review",
        (_, "paused") => "Paused",
        _ => "Not approved for the program",
    };
    html! { @if link.open { span.badge.good { "Works" } } @else { span.badge { (why) } } }
}

fn one_credit(cx: &Cx, view: &Desk<'_>, credit: &Credit) -> Markup {
    let money = |cents| Money::new(cents, credit.currency);
    let title = format!("credit-{}", credit.id);
    html! {
        li.credit aria-labelledby=(title) {
            div.credit-head {
                h3 id=(title) {
                    @if let Some(earned) = money(credit.commission_cents) { (amount(earned)) }
                    " for " (partner(credit))
                }
                (credit_state(credit, view.now))
            }
            (why(view, credit))
            @if credit.ledger_status == "review_only" {
                details.decide {
                    summary { "Decide" span.hidden { " about the commission of " (partner(credit)) } }
                    (form(cx, &ACT, &given(credit), "Record the decision"))
                }
            }
        }
    }
}

fn partner(credit: &Credit) -> &str {
    credit.partner_name.as_deref().unwrap_or("a former partner")
}

/// What the form sends along unseen. The old name of the private note is not offered.
fn given(credit: &Credit) -> [(&'static str, String); 3] {
    [(ABOUT, credit.id.clone()), ("expectedUpdatedAt", credit.updated_at.to_string()), ("reason", String::new())]
}

fn credit_state(credit: &Credit, now: Moment) -> Markup {
    let open = credit.reversible_until.is_some_and(|until| until > now);
    let (class, words) = match (credit.review_status.as_str(), credit.system_reason.as_deref()) {
        ("owner_reversed", Some("refunded")) => ("badge bad", "Reversed: refunded"),
        ("owner_reversed", Some("disputed")) => ("badge bad", "Reversed: disputed"),
        ("owner_reversed", _) => ("badge bad", "Reversed by you"),
        ("owner_hold", Some("self_referral")) => ("badge test", "Held: the partner's own purchase?"),
        ("owner_hold", Some("disputed")) => ("badge test", "Held: disputed"),
        ("owner_hold", Some("link_closed")) => ("badge test", "Held: the link was stopped before the payment"),
        ("owner_hold", Some("partially_refunded")) => ("badge test", "Held: partly refunded"),
        ("owner_hold", _) => ("badge test", "Held by you"),
        ("owner_reviewed", _) => ("badge good", "Reviewed"),
        _ if open => ("badge", "Waiting for the refund window"),
        _ => ("badge", "Ready to review"),
    };
    html! { span class=(class) { (words) } }
}

/// Why this partner earned this much: the click, the rule, the lines, the window.
fn why(view: &Desk<'_>, credit: &Credit) -> Markup {
    let lines = view.lines.iter().filter(|line| line.commission_ledger_id == credit.id);
    html! {
        dl.why {
            div { dt { "Click" } dd { (credit.clicked_at.for_people()) " on " code { "/r/" (credit.referral_code) } } }
            div {
                dt { "Counts because" }
                dd {
                    @if let Some(title) = &credit.attribution_title { (title) ". " }
                    "The order came " (after(credit)) " later, inside " (days(credit.window_days)) "."
                }
            }
            div { dt { "Order" } dd { (credit.ordered_at.for_people()) ", paid " (credit.created_at.for_people()) } }
            @for line in lines { (arithmetic(line, credit.currency)) }
            @if credit.ledger_status == "review_only" {
                div {
                    dt { "Can be taken back until" }
                    dd { @match credit.reversible_until { Some(until) => (until.for_people()), None => "no end" } }
                }
            }
            @if let Some(reason) = &credit.reason_public { div { dt { "You said" } dd { (reason) } } }
            div { dt { "Checkout" } dd { code { (credit.checkout_intent_id) } } }
        }
    }
}

fn arithmetic(line: &CreditLine, currency: Currency) -> Markup {
    let money = |cents| Money::new(cents, currency).map(amount).unwrap_or_default();
    html! {
        div {
            dt { (line.name) }
            dd {
                @match (&line.rule_title, line.rate_bps) {
                    (Some(rule), Some(rate)) => {
                        (money(line.unit_amount_cents)) " × " (rate.for_people()) " = " strong { (money(line.commission_cents)) }
                        " " span.small { "rule: " (rule) }
                    }
                    (Some(rule), None) => {
                        strong { (money(line.commission_cents)) } " of " (money(line.unit_amount_cents)) " "
                        span.small { "rule: " (rule) }
                    }
                    (None, _) => { (money(line.unit_amount_cents)) ", no rule pays for it" }
                }
            }
        }
    }
}

/// How long after the click the order came, in words.
fn after(credit: &Credit) -> String {
    let seconds = credit.ordered_at.seconds_since(credit.clicked_at).max(0);
    let (count, unit) = match seconds {
        0..=119 => return "a moment".to_owned(),
        120..=7_199 => (seconds / 60, "minutes"),
        7_200..=172_799 => (seconds / 3_600, "hours"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{count} {unit}")
}

fn days(count: i64) -> String {
    if count == 1 {
        "one day".to_owned()
    } else {
        format!("{count} days")
    }
}

fn without(orders: &[Uncredited]) -> Markup {
    html! {
        @if orders.is_empty() {
            p.empty { "Every order by a partner link has its commission." }
        } @else {
            div.table tabindex="0" role="group" aria-labelledby="without-title" {
                table {
                    thead { tr { th scope="col" { "Order" } th scope="col" { "Link" } th scope="col" { "Partner" } th scope="col" { "Why no commission" } } }
                    tbody {
                        @for order in orders {
                            tr {
                                th scope="row" { (order.ordered_at.for_people()) }
                                td { @match &order.referral_code { Some(code) => { code { "/r/" (code) } } None => "unknown" } }
                                td { (order.partner_name.as_deref().unwrap_or("unknown")) }
                                td { (order.why()) }
                            }
                        }
                    }
                }
            }
        }
    }
}
