//! The pages of one's own data.

use maud::{html, Markup};
use serde::Deserialize;

use super::serve::copy_link;
use super::{ERASE, PAGE};
use crate::page::{layout, notice, Frame, Tone};

/// What the page shows of a copy. The file has all of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Copy {
    email: String,
    first_name: Option<String>,
    status: String,
    known_since: String,
    confirmed_at: Option<String>,
    joined_by: String,
    consents: Vec<Consent>,
    tags: Vec<String>,
    mails: Vec<serde::de::IgnoredAny>,
    notes: Vec<serde::de::IgnoredAny>,
    account: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Consent {
    wording: String,
    status: String,
    asked_at: String,
    agreed_at: Option<String>,
}

/// The form that asks for the address.
pub fn ask(typed: &str, problem: Option<&str>) -> Markup {
    let content = html! {
        section.ask.door {
            h1 { "What we know of you" }
            p.lead { "Type your address. We send a link to it that shows your data, for you to keep or to erase." }
            @if let Some(problem) = problem { p.flash.bad role="alert" { (problem) } }
            form method="post" action=(PAGE) {
                label for="email" { "E-mail" }
                input #email type="email" name="email" required autocomplete="email" autocapitalize="none" spellcheck="false"
                    maxlength="254" value=(typed);
                button.button type="submit" { "Send me the link" }
            }
            p.small { "The answer is the same for every address, so nobody learns from this page who is on our list." }
        }
    };
    layout(&Frame::titled("What we know of you"), content)
}

/// What follows, whatever the address is to us.
pub fn sent() -> Markup {
    let next = html! { a href=(PAGE) { "Another address?" } };
    let text = "If our list knows the address, a mail with a link is on its way. It works for one hour.";
    layout(&Frame::titled("Look into your mail"), notice(Tone::Good, "Look into your mail", text, next))
}

/// The page behind a link that is over.
pub fn over() -> Markup {
    let next = html! { a.button href=(PAGE) { "Ask for a fresh link" } };
    let text = "It works for one hour, and not after everything was erased.";
    layout(&Frame::titled("This link is over"), notice(Tone::Bad, "This link is over", text, next))
}

/// What is left to say.
pub fn erased() -> Markup {
    let next = html! {
        p { "One thing stays: a fingerprint of your address that cannot be read back. It keeps others from putting you on a list again." }
        a.button href="/" { "Go to the shop" }
    };
    let text = "What our list knew of you is gone. Orders that were paid, or may still be, stay in the books, as the law asks of a shop.";
    layout(&Frame::titled("Erased"), notice(Tone::Good, "Erased", text, next))
}

/// A day out of a moment of the copy.
fn day(moment: &str) -> &str {
    moment.split('T').next().unwrap_or_default()
}

/// The data behind a link.
pub fn copy(token: &str, copy: &Copy, unsure: bool) -> Markup {
    let content = html! {
        div.reading {
            h1 { "What we know of you" }
            section aria-labelledby="data-title" {
                h2 #data-title.hidden { "Your data" }
                dl.receipt {
                    div { dt { "Address" } dd { (copy.email) } }
                    @if let Some(name) = &copy.first_name { div { dt { "First name" } dd { (name) } } }
                    div { dt { "On the list" } dd { (standing(&copy.status)) } }
                    div { dt { "Joined by" } dd { (copy.joined_by) } }
                    div { dt { "Known since" } dd { (day(&copy.known_since)) } }
                    @if let Some(at) = &copy.confirmed_at { div { dt { "Confirmed" } dd { (day(at)) } } }
                    @if !copy.tags.is_empty() { div { dt { "Tags" } dd { (copy.tags.join(", ")) } } }
                    div { dt { "Mails of the last 30 days" } dd { (copy.mails.len()) } }
                    @if !copy.notes.is_empty() { div { dt { "Notes about you" } dd { (copy.notes.len()) } } }
                    @if copy.account.is_some() { div { dt { "Account" } dd { "Yes" } } }
                }
            }
            (consents(copy))
            div.actions { a.button href=(copy_link(token)) download="my-data.json" { "Download everything" } }
            (eraser(token, copy, unsure))
        }
    };
    layout(&Frame::titled("What we know of you"), content)
}

fn standing(status: &str) -> &'static str {
    match status {
        "subscribed" => "Yes",
        "pending" => "Not yet: it was not confirmed",
        _ => "No, you left",
    }
}

fn consents(copy: &Copy) -> Markup {
    html! {
        @if !copy.consents.is_empty() {
            section aria-labelledby="consents-title" {
                h2 #consents-title { "What you agreed to" }
                ul.choices {
                    @for consent in &copy.consents {
                        li {
                            span {
                                "“" (consent.wording) "”"
                                span.under {
                                    @match &consent.agreed_at {
                                        Some(at) => { "Agreed on " (day(at)) }
                                        None => { "Asked on " (day(&consent.asked_at)) ", " (if consent.status == "withdrawn" { "withdrawn" } else { "never confirmed" }) }
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

fn eraser(token: &str, copy: &Copy, unsure: bool) -> Markup {
    html! {
        section.ask.danger aria-labelledby="erase-title" {
            h2 #erase-title { "Erase it" }
            p {
                "All of the above goes at once and cannot be brought back."
                @if copy.account.is_some() { " So does your account, unless a plan hangs on it or you run this shop." }
                " Orders that were paid, or may still be, stay: a shop must keep its books."
            }
            @if unsure { p.flash.bad role="alert" { "Tick the box first. Nothing was erased." } }
            form method="post" action=(ERASE) {
                input type="hidden" name="token" value=(token);
                label.check {
                    input type="checkbox" name="sure" value="yes" required;
                    span { "Yes, erase everything about me" }
                }
                button.button type="submit" { "Erase" }
            }
        }
    }
}
