//! The plans side by side, and where a publisher lands after paying for one.

use maud::{html, Markup};

use super::model::State;
use super::sql::{AddonRow, Cost, PlanRow, SignedUp};
use super::{CHECKOUT, PRICING, SUCCESS};
use crate::config::StripeMode;
use crate::kit::email::Email;
use crate::kit::money::Money;
use crate::kit::time::Moment;
use crate::page::{amount, layout, live, notice, Frame, Looks, Tone};

/// What the page of the plans shows.
pub struct Pricing<'a> {
    /// The plans, in order.
    pub plans: &'a [PlanRow],
    /// The setup, when it can be bought.
    pub addon: Option<&'a AddonRow>,
    /// Test money or real money.
    pub mode: StripeMode,
    /// The key of this render.
    pub key: &'a str,
    /// What happened before.
    pub flash: Option<&'a str>,
}

/// The plans side by side.
pub fn pricing(view: &Pricing<'_>) -> Markup {
    let frame = Frame {
        description: Some("Plans for people who launch: pages, checkout, downloads, and numbers that make sense."),
        ..Frame::titled("Plans")
    };
    layout(
        &frame,
        html! {
            (flash(view.flash))
            section.hero {
                @if view.mode == StripeMode::Sandbox { p.badge.test { "Test shop: no real money moves" } }
                h1 { "Everything a launch needs" }
                p.lead { "Pages, checkout, private downloads and the people who want to hear from you, in one place. Monthly, and you can stop at the end of any month." }
            }
            @if view.plans.is_empty() {
                p.empty { "There are no plans to choose from at the moment." }
            } @else {
                section aria-label="Plans" {
                    ul.plans { @for plan in view.plans { (card(view, plan)) } }
                }
            }
            @if let Some(addon) = view.addon { (about_addon(addon)) }
            (questions(view))
        },
    )
}

fn flash(code: Option<&str>) -> Markup {
    let text = match code {
        Some("cancelled") => "You left before paying. Nothing was charged, and your plan is still here.",
        Some("preview") => "Plans cannot be paid here yet: Stripe is not connected. Nothing was charged.",
        _ => return html! {},
    };
    html! { p.flash role="status" { (text) } }
}

fn card(view: &Pricing<'_>, plan: &PlanRow) -> Markup {
    html! {
        li.plan #(plan.slug) {
            p.badge { (plan.label) }
            h2 { (plan.name) }
            p.headline { (plan.headline) }
            p.plan-price {
                @match plan.cost.as_ref().and_then(|cost| cost.money().map(|money| (cost, money))) {
                    Some((cost, money)) => { (amount(money)) " " span.rhythm { (rhythm(cost)) } }
                    None => { span.amount { "Let us talk" } }
                }
            }
            p.about { (plan.description) }
            ul.ticks { @for line in &plan.included { li { (line) } } }
            p.small { strong { "Good for: " } (plan.best_for) }
            (choose(view, plan))
        }
    }
}

/// How often a price is paid, in words.
fn rhythm(cost: &Cost) -> &'static str {
    match cost.billing_interval.as_str() {
        "month" => "a month",
        "year" => "a year",
        _ => "once",
    }
}

fn choose(view: &Pricing<'_>, plan: &PlanRow) -> Markup {
    let cost = plan.cost.as_ref().filter(|cost| plan.status == "self_serve" && cost.sellable(view.mode));
    let money = cost.and_then(|cost| cost.money());
    html! {
        div.choose {
            @if let (Some(cost), Some(money)) = (cost, money) { (form(view, plan, cost, money)) }
            @else if let Some(address) = &plan.contact_url { a.button.quiet href=(address) { (plan.cta) } }
            @else { p.empty { "Not for sale at the moment." } }
        }
    }
}

fn form(view: &Pricing<'_>, plan: &PlanRow, cost: &Cost, money: Money) -> Markup {
    let email = format!("email-{}", plan.slug);
    let with_setup = view.addon.and_then(|addon| money.plus(addon.cost.money()?));
    html! {
        form method="post" action=(CHECKOUT) {
            input type="hidden" name="planSlug" value=(plan.slug);
            input type="hidden" name="pageKey" value=(view.key);
            input type="hidden" name={ "shownAmountCents[" (plan.slug) "]" } value=(cost.unit_amount_cents);
            label for=(email) { "E-mail " span.soft { "(optional)" } }
            input type="email" #(email) name="buyerEmail" autocomplete="email" placeholder="you@example.com" maxlength="254";
            @if let Some(addon) = view.addon {
                @if let Some(price) = addon.cost.money() {
                    input type="hidden" name="shownSetupCents" value=(addon.cost.unit_amount_cents);
                    label.tick {
                        input type="checkbox" name="whiteGloveSetup" value="true";
                        span { "Add " (addon.name) " setup" }
                        span.price { "+ " (amount(price)) " once" }
                    }
                }
            }
            button.button type="submit" { (plan.cta) }
            p.small {
                "Today " (amount(money))
                @if let Some(sum) = with_setup { ", or " (amount(sum)) " with the setup" }
                ". Then " (amount(money)) " " (rhythm(cost)) "."
            }
        }
    }
}

fn about_addon(addon: &AddonRow) -> Markup {
    html! {
        section.addon aria-labelledby="addon-title" {
            div {
                p.badge { (addon.label) }
                h2 #addon-title { (addon.name) " setup" }
                p { (addon.description) }
            }
            @if let Some(money) = addon.cost.money() {
                p.plan-price { (amount(money)) " " span.rhythm { "once" } }
            }
        }
    }
}

fn questions(view: &Pricing<'_>) -> Markup {
    html! {
        section.questions aria-labelledby="ask-title" {
            h2 #ask-title { "Good to know" }
            details {
                summary { "What happens after I pay?" }
                p { "You come back here, and as soon as Stripe confirms the payment your plan is open. Sign in, or make an account, with the e-mail address that you paid with." }
            }
            details {
                summary { "Can I stop?" }
                p { "Yes, at the end of any month: write to us, and nothing more is charged. Your plan stays open until the end of the month that is paid." }
            }
            details {
                summary { "I have a promotion code" }
                p { "Enter it on the payment page. You see the new total there before you pay." }
            }
            @if view.addon.is_some() {
                details {
                    summary { "Do I need the setup?" }
                    p { "No. It is for people who would rather have company: it is paid once, together with the first month." }
                }
            }
        }
    }
}

/// What the page after payment shows.
pub struct Success<'a> {
    /// The sign-up.
    pub sign_up: &'a SignedUp,
    /// How it stands.
    pub state: State,
    /// How often this page has looked.
    pub check: u32,
}

/// The page after payment.
pub fn success(view: &Success<'_>) -> Markup {
    let plan = view.sign_up.plan_name.as_deref().unwrap_or("Your");
    let again = html! { a.button href=(PRICING) { "Back to the plans" } (summary(view)) };
    let problem =
        |title: &str, text: &str| layout(&Frame::titled(title), notice(Tone::Bad, title, text, again.clone()));
    match view.state {
        State::Waiting | State::Clearing | State::Opening => waiting(view),
        State::Active => layout(
            &Frame::titled("Your plan is open"),
            notice(
                Tone::Good,
                &format!("Your {plan} plan is open"),
                "One step is left: sign in with the address that you paid with.",
                html! { (next_steps()) (summary(view)) },
            ),
        ),
        State::Failed => {
            problem("The payment did not go through", "You were not charged. Try again with another way to pay.")
        }
        State::Expired => problem(
            "This sign-up has expired",
            "The payment page closed before anything was paid. You were not charged.",
        ),
        State::Over => {
            problem("This plan is not open", "It was cancelled, its payment is missing, or the money went back.")
        }
        State::Closed => closed(),
    }
}

fn next_steps() -> Markup {
    html! {
        a.button href="/login?callbackURL=/account&mode=sign-up" { "Make my account" }
        a.button.quiet href="/login?callbackURL=/account" { "I have an account" }
    }
}

fn summary(view: &Success<'_>) -> Markup {
    let sign_up = view.sign_up;
    let email = sign_up.buyer_email.as_ref().and_then(|email| Email::parse(email.open()));
    let first = Money::new(sign_up.amount_cents, sign_up.currency);
    html! {
        dl.receipt {
            @if let Some(plan) = &sign_up.plan_name { div { dt { "Plan" } dd { (plan) } } }
            @if let Some(email) = email { div { dt { "E-mail" } dd { (email.masked()) } } }
            div { dt { "Setup" } dd { @if sign_up.setup { "Added" } @else { "Not added" } } }
            @if let Some(first) = first { div { dt { "Order total" } dd { (amount(first)) } } }
            @if view.state == State::Active {
                @if let Some(day) = sign_up.ends_at.map(Moment::day_for_people) { div { dt { "Paid until" } dd { (day) } } }
            }
        }
    }
}

fn waiting(view: &Success<'_>) -> Markup {
    let id = view.sign_up.id.as_str();
    let here = format!("{SUCCESS}?checkout_intent_id={id}");
    let looks = Looks::after(&here, view.check);
    let opening = view.state == State::Opening;
    let (tone, title, text) = match (view.state, &looks.next) {
        (State::Clearing, _) => (
            Tone::Slow,
            "Your payment is on its way",
            "Your bank still has to send the money. That can take a few days. Your plan opens when it is there.",
        ),
        (State::Opening, Some(_)) => {
            (Tone::Waiting, "Opening your plan", "You have paid. The page looks again by itself.")
        }
        _ => looks.confirming(),
    };
    let frame = Frame {
        script: Some("/checkout-status.js"),
        refresh: looks.next.clone(),
        ..Frame::titled(if opening { "Opening your plan" } else { "Confirming your payment" })
    };
    let next = html! {
        @match (opening, looks.next) {
            (true, Some((seconds, url))) => { p.live data-next=(url) data-after=(seconds) aria-live="polite" {} }
            (true, None) => {}
            (false, _) => { (live(id, view.state == State::Clearing)) }
        }
        a.button.quiet href=(here) { "Look again" }
        (summary(view))
    };
    layout(&frame, notice(tone, title, text, next))
}

/// The page after payment, without a sign-up that we know.
pub fn unknown() -> Markup {
    let next = html! { a.button href=(PRICING) { "See the plans" } };
    layout(
        &Frame::titled("Which plan?"),
        notice(Tone::Bad, "Which plan?", "The address of this page does not name a sign-up that we know.", next),
    )
}

/// The page after payment, long after it.
pub fn closed() -> Markup {
    layout(
        &Frame::titled("This page has closed"),
        notice(
            Tone::Calm,
            "This page has closed",
            "It shows a sign-up for a short time only. Sign in with the e-mail address that you paid with to see your plan.",
            next_steps(),
        ),
    )
}
