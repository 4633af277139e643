//! The frame of every page and the parts that several pages share. Plain HTML: each page works without script.
//!
//! Styles are in `public/style.css`; there is no inline script or style anywhere, and the policy header forbids both.

pub mod chart;
pub mod markdown;

use maud::{html, Markup, DOCTYPE};

use crate::http::failure::Failure;
use crate::kit::money::Money;

/// What the frame of a page needs to know.
pub struct Frame<'a> {
    /// The title in the browser's tab.
    pub title: &'a str,
    /// One sentence for search results; pages without one are not to be listed.
    pub description: Option<&'a str>,
    /// A script of `public/`, if the page gains from one.
    pub script: Option<&'static str>,
    /// Where to look again without script, and after how many seconds.
    pub refresh: Option<(u32, String)>,
    /// Who is looking, on the pages that find out.
    pub person: Person,
}

/// Who is looking at a page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// The page did not find out, because it shows everybody the same.
    Anybody,
    /// Nobody who is signed in.
    SignedOut,
    /// Somebody who is signed in.
    SignedIn,
}

impl<'a> Frame<'a> {
    /// A frame that only has a title.
    pub const fn titled(title: &'a str) -> Self {
        Self { title, description: None, script: None, refresh: None, person: Person::Anybody }
    }
}

/// Puts the content of a page into the frame.
pub fn layout(frame: &Frame<'_>, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(frame))
            body {
                a.skip href="#content" { "Skip to the content" }
                header.top {
                    div.wrap {
                        a.brand href="/" {
                            img src="/icon.svg" alt="" width="32" height="32";
                            span { "Bumpgrade" }
                        }
                        nav aria-label="Main" {
                            a href="/" { "Shop" }
                            a href="/products/entitlements" { "My purchase" }
                            @match frame.person {
                                Person::Anybody => {}
                                Person::SignedOut => { a href="/login" { "Sign in" } }
                                Person::SignedIn => { a href="/account" { "Account" } }
                            }
                        }
                    }
                }
                main #content { div.wrap { (content) } }
                footer.bottom {
                    div.wrap {
                        p { strong { "Bumpgrade" } " Small products, sold plainly. " a href="/pricing" { "Plans for your own shop" } }
                        p { "Payments by Stripe. Files are private, and each download link works once." }
                        p { a href="/audience/my-data" { "What we know of you" } }
                    }
                }
            }
        }
    }
}

fn head(frame: &Frame<'_>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (frame.title) " · Bumpgrade" }
            @match frame.description {
                Some(description) => { meta name="description" content=(description); }
                None => { meta name="robots" content="noindex"; }
            }
            meta name="color-scheme" content="light dark";
            meta name="theme-color" content="#faf7f1" media="(prefers-color-scheme: light)";
            meta name="theme-color" content="#0e1512" media="(prefers-color-scheme: dark)";
            link rel="icon" href="/icon.svg" type="image/svg+xml";
            link rel="stylesheet" href="/style.css";
            @if let Some(script) = frame.script {
                script src=(script) defer {}
            }
            @if let Some((seconds, url)) = &frame.refresh {
                noscript { meta http-equiv="refresh" content={ (seconds) ";url=" (url) }; }
            }
        }
    }
}

/// How a notice sounds.
#[derive(Clone, Copy)]
pub enum Tone {
    /// It worked.
    Good,
    /// Nothing is wrong, something is on its way.
    Waiting,
    /// Nothing is wrong, something is on its way and takes its time.
    Slow,
    /// Nothing is wrong, and nothing more will happen.
    Calm,
    /// Something needs attention.
    Bad,
    /// A door that is closed.
    Locked,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "notice good",
            Self::Waiting => "notice waiting",
            Self::Slow => "notice slow",
            Self::Calm => "notice calm",
            Self::Bad => "notice bad",
            Self::Locked => "notice locked",
        }
    }
}

/// A notice: a headline, a sentence, and what to do next.
pub fn notice(tone: Tone, title: &str, text: &str, next: Markup) -> Markup {
    html! {
        section class=(tone.class()) {
            h1 { (title) }
            p { (text) }
            @if !next.0.is_empty() { div.next { (next) } }
        }
    }
}

/// When a page that waits for a payment looks again without script.
pub struct Looks {
    /// After how many seconds, and where; `None` when the page has stopped looking.
    pub next: Option<(u32, String)>,
}

/// Pauses between looks without script, in seconds. After the last one the page stops looking.
const LOOK_AGAIN_SECONDS: [u32; 8] = [2, 2, 3, 5, 8, 13, 21, 34];

impl Looks {
    /// The next look of the page at `here` that has looked `check` times before.
    pub fn after(here: &str, check: u32) -> Self {
        let pause = usize::try_from(check).ok().and_then(|step| LOOK_AGAIN_SECONDS.get(step));
        Self { next: pause.map(|seconds| (*seconds, format!("{here}&check={}", check.saturating_add(1)))) }
    }

    /// What a page says while no word of the payment has come: tone, headline, sentence.
    pub const fn confirming(&self) -> (Tone, &'static str, &'static str) {
        match self.next {
            Some(_) => (
                Tone::Waiting,
                "Confirming your payment",
                "This usually takes a few seconds. The page looks again by itself.",
            ),
            None => (
                Tone::Slow,
                "Still waiting for the confirmation",
                "It takes longer than usual. Nothing is lost: look again in a few minutes.",
            ),
        }
    }
}

/// The line that a script keeps up to date while a checkout is not settled. Goes with `/checkout-status.js`.
pub fn live(checkout: &str, clearing: bool) -> Markup {
    html! {
        p.live data-checkout-status=(checkout) data-state=(if clearing { "clearing" } else { "waiting" })
            aria-live="polite" {}
    }
}

/// The buyer's reference and why to keep it.
pub fn reference(checkout: &str, paid: Option<Money>) -> Markup {
    html! {
        div.keep {
            dl.receipt {
                @if let Some(money) = paid { div { dt { "Paid" } dd { (amount(money)) } } }
                div { dt { "Purchase reference" } dd { code { (checkout) } } }
            }
            p.small { "Keep the reference like a receipt: it opens your purchase on any device. Do not share it." }
        }
    }
}

/// An amount, with the digits for machines beside the text for people.
pub fn amount(money: Money) -> Markup {
    html! { data.amount value=(money.digits()) { (money.for_people()) } }
}

/// The page of a failure.
pub fn failure(failure: &Failure<'_>) -> Markup {
    if failure.code == "owner_session_required" {
        return locked(failure);
    }
    let title = failure_title(failure);
    let text = match (failure.code, failure.status) {
        ("idempotency_conflict", _) => "This order page was sent once already. Open the offer again for a fresh one.",
        ("token_malformed", _) => "The address is not complete. Copy the whole link, or make a fresh one.",
        ("not_found", 404) => "There is nothing at this address. It may have moved, or a letter is missing.",
        _ => failure.says,
    };
    let about_link = failure.code.starts_with("token_") || failure.code == "access_changed";
    let next = html! {
        @if about_link {
            p { "Your purchase page makes a fresh link each time you press Download." }
            a.button href="/products/entitlements" { "Open my purchase" }
        } @else {
            a.button href="/" { "Go to the shop" }
        }
        @if let Some(id) = failure.correlation {
            p.small { "If you write to us, mention " code { (id) } "." }
        }
    };
    layout(&Frame::titled(title), notice(Tone::Bad, title, text, next))
}

/// The page of an owner's address for somebody who is not let in: why, and the way in.
fn locked(failure: &Failure<'_>) -> Markup {
    let reason = failure.extra.get("denialReason").and_then(serde_json::Value::as_str).unwrap_or_default();
    let (title, text) = match reason {
        "not_allowlisted" => {
            ("Not your part of the shop", "You are signed in, but this account does not own the shop.")
        }
        "email_unverified" => {
            ("Confirm your address first", "Your account is ready. Open the link in the mail we sent you.")
        }
        "session_unavailable" => {
            ("We could not check who you are", "Something went wrong on our side. Please try again.")
        }
        _ => ("For the owner of this shop", "Sign in to open this page."),
    };
    let next = html! {
        @match reason {
            "not_allowlisted" | "email_unverified" => { a.button href="/account" { "Open my account" } }
            "session_unavailable" => { a.button href=(failure.wanted) { "Try again" } }
            _ => { a.button href={ "/login?callbackURL=" (component(failure.wanted)) } { "Sign in" } }
        }
        a href="/" { "Go to the shop" }
        @if let Some(id) = failure.correlation {
            p.small { "If you write to us, mention " code { (id) } "." }
        }
    };
    layout(&Frame::titled(title), notice(Tone::Locked, title, text, next))
}

/// A text as one part of a query.
pub fn component(text: &str) -> String {
    const RESERVED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    percent_encoding::utf8_percent_encode(text, RESERVED).to_string()
}

fn failure_title(failure: &Failure<'_>) -> &'static str {
    match failure.code {
        "token_used" => "This link was used",
        "token_expired" => "This link has expired",
        "token_not_found" | "token_malformed" => "This is not a working link",
        "access_changed" => "This file is closed",
        "price_changed" => "The price has changed",
        "idempotency_conflict" => "This order was sent before",
        "stripe_checkout_error" => "The payment page did not open",
        _ => match failure.status {
            404 => "Nothing here",
            405 => "That does not work here",
            429 => "One moment, please",
            500.. => "Something went wrong",
            _ => "That did not work",
        },
    }
}
