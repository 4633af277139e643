//! The pages of a form: the form itself, what follows it, and where its mail leads.

use maud::{html, Markup};

use super::model::{Asked, Form, FormField, STALE_STATEMENT};
use super::{CONFIRM, JOIN};
use crate::audience::visit::INVALID_EMAIL;
use crate::http::{key, Refusal};
use crate::insight::{visitor_input, Beacon};
use crate::page::markdown::markdown;
use crate::page::{layout, notice, Frame, Tone};

/// What somebody typed before something was not right.
#[derive(Default)]
pub struct Typed<'a> {
    /// The address.
    pub email: &'a str,
    /// The name.
    pub first_name: &'a str,
    /// What the browser session calls itself.
    pub visitor: &'a str,
    /// True when the box was ticked.
    pub agreed: bool,
    /// What is not right.
    pub problem: Option<&'static Refusal>,
}

/// What the page of a form shows.
pub struct FormView<'a> {
    /// The form.
    pub form: &'a Form,
    /// Its fields, in order.
    pub fields: &'a [FormField],
    /// The idempotency key of this render.
    pub key: &'a str,
    /// What was typed before.
    pub typed: Typed<'a>,
    /// What counts the visit, where visits are counted.
    pub beacon: Option<Beacon>,
}

/// The form.
pub fn form(view: &FormView<'_>) -> Markup {
    let form = view.form;
    let frame = Frame { description: Some(&form.summary), ..Frame::titled(&form.title) };
    layout(
        &frame,
        html! {
            div.offer.join {
                section.pitch {
                    @if form.status == "draft" { p.badge.test { "Test shop: try it, the letters are a demo" } }
                    h1 { (form.headline) }
                    p.lead { (form.summary) }
                    ul.ticks {
                        li { strong { (form.lead_magnet_title) } " " (form.delivery_promise) }
                        li { "Leave with one press, in any letter." }
                        li { "Your address stays here. See or erase what we know of you at any time." }
                    }
                }
                section.ask.buy aria-labelledby="join-title" id=(form.route_anchor) {
                    h2 #join-title { "Join the list" }
                    @if let Some(problem) = view.typed.problem { p.flash.bad role="alert" id="problem" { (problem.says) } }
                    form method="post" action=(JOIN) {
                        input type="hidden" name="form" value=(form.slug);
                        input type="hidden" name="consentVersion" value=(form.consent_version);
                        input type="hidden" name=(key::FIELD) value=(view.key);
                        (visitor_input(view.typed.visitor))
                        @for field in view.fields { (input(field, view)) }
                        button.button type="submit" { (form.button) }
                    }
                    p.small { "First we send one mail that asks you to confirm. Nobody joins without it." }
                }
                (elsewhere(form))
                @if let Some(beacon) = &view.beacon { (beacon.markup()) }
            }
        },
    )
}

fn input(field: &FormField, view: &FormView<'_>) -> Markup {
    let typed = &view.typed;
    let wrong_email = typed.problem == Some(&INVALID_EMAIL);
    html! {
        @match field.kind.as_str() {
            "email" => {
                label for="email" { (field.label) }
                input #email type="email" name="email" required[field.required] autocomplete="email" autocapitalize="none"
                    spellcheck="false" maxlength="254" value=(typed.email) aria-invalid[wrong_email]
                    aria-describedby=[wrong_email.then_some("problem")];
            }
            "text" => {
                label for="first-name" { (field.label) @if !field.required { span.soft { " (optional)" } } }
                input #first-name type="text" name="firstName" required[field.required] autocomplete="given-name"
                    maxlength="120" value=(typed.first_name);
            }
            _ => {
                label.check.consent {
                    input type="checkbox" name="consent" value="true" required[field.required] checked[typed.agreed];
                    span {
                        @if typed.problem == Some(&STALE_STATEMENT) { strong { "New wording: " } }
                        (view.form.consent_statement)
                    }
                }
            }
        }
    }
}

/// Where else somebody may look who is not sure yet.
fn elsewhere(form: &Form) -> Markup {
    html! {
        @if form.offer_route.is_some() || form.product_route.is_some() {
            div.more {
                section aria-labelledby="elsewhere-title" {
                    h2 #elsewhere-title { "Not sure yet?" }
                    ul.links {
                        @if let Some(route) = &form.offer_route {
                            li { a href=(route) { "See the offer" } p { "What it holds and what it costs, to try with a test card." } }
                        }
                        @if let Some(route) = &form.product_route {
                            li { a href=(route) { "Look into the library" } p { "Everything that a purchase can open." } }
                        }
                    }
                }
            }
        }
    }
}

/// What follows the form, whatever the address is to us.
pub fn sent(form: &Form) -> Markup {
    let next = html! {
        ol.steps.brief {
            li { strong { "Open our mail" } span { "It comes within a minute or two. Look among the spam as well." } }
            li { strong { "Press the button" } span { "That is how we know that the address is yours." } }
            li { strong { (form.lead_magnet_title) } span { (form.delivery_promise) } }
        }
        a href={ "/audience/" (form.slug) } { "Another address?" }
    };
    layout(
        &Frame::titled("Look into your mail"),
        notice(
            Tone::Good,
            "Look into your mail",
            "One press is left: we sent you a mail that asks you to confirm.",
            next,
        ),
    )
}

/// How a wish to join stands.
pub enum Standing<'a> {
    /// It waits for the button.
    Waiting(&'a Asked),
    /// It was confirmed.
    Done(&'a Asked),
    /// It can no longer be confirmed; the form's address.
    Over(&'a str),
    /// There is none.
    Unknown,
}

/// Where the mail leads.
pub fn confirm(token: &str, standing: &Standing<'_>) -> Markup {
    match standing {
        Standing::Waiting(asked) => layout(&Frame::titled("Confirm"), waiting(token, asked)),
        Standing::Done(asked) => layout(&Frame::titled(&asked.lead_magnet_title), done(asked)),
        Standing::Over(slug) => {
            let next = html! { a.button href={ "/audience/" (slug) } { "Ask for a fresh link" } };
            let text = "It was open for three days, or you have left since. Nothing has changed.";
            layout(&Frame::titled("This link is over"), notice(Tone::Bad, "This link is over", text, next))
        }
        Standing::Unknown => {
            let next = html! { a.button href="/" { "Go to the shop" } };
            let text =
                "The address is not complete, or what it belonged to was erased. Copy the whole link from the mail.";
            layout(&Frame::titled("Not a working link"), notice(Tone::Bad, "This is not a working link", text, next))
        }
    }
}

fn waiting(token: &str, asked: &Asked) -> Markup {
    let member = asked.subscriber_status == "subscribed";
    html! {
        section.ask.door {
            @if member {
                h1 { "You are on the list" }
                p.lead { "Press the button, and “" (asked.lead_magnet_title) "” opens. What we know of you stays as it is." }
            } @else {
                h1 { "One press, and you are in" }
                p.lead { "You asked to join “" (asked.form_title) "”. Press the button, and “" (asked.lead_magnet_title) "” opens." }
            }
            form method="post" action=(CONFIRM) {
                input type="hidden" name="token" value=(token);
                button.button type="submit" { (if member { "Open it" } else { "Yes, put me on the list" }) }
            }
            p.small { "It was not you? Close this page. Nothing happens without the button." }
        }
    }
}

fn done(asked: &Asked) -> Markup {
    html! {
        article.reading.printable {
            @if asked.subscriber_status == "subscribed" {
                p.flash.good role="status" { "You are on the list. This page is yours to keep: our mail leads back to it." }
            } @else {
                p.flash role="status" { "You have left the list. This page stays yours." }
            }
            h1 { (asked.lead_magnet_title) }
            div.prose.checklist { (markdown(asked.body.as_deref().unwrap_or_default())) }
            div.actions {
                @if let Some(route) = &asked.offer_route { a.button href=(route) { "See the launch offer" } }
                a.button.quiet href="/" { "Go to the shop" }
            }
            p.small { "To keep it on paper, print this page. " a href="/audience/my-data" { "What we know of you" } }
        }
    }
}
