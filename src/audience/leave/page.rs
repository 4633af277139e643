//! The pages of leaving.

use maud::{html, Markup};

use super::{LEAVE, PAGE};
use crate::http::key;
use crate::page::{component, layout, notice, Frame, Tone};

/// The form that takes an address.
pub struct Door<'a> {
    /// The idempotency key of this render.
    pub key: &'a str,
    /// What was typed before.
    pub email: &'a str,
    /// What was not right.
    pub problem: Option<&'a str>,
}

/// The page with the form.
pub fn form(door: &Door<'_>) -> Markup {
    let content = html! {
        section.ask.door {
            h1 { "No more letters" }
            p.lead { "Type the address that should get no letters from this shop. It takes effect at once." }
            @if let Some(problem) = door.problem { p.flash.bad role="alert" { (problem) } }
            (fields(door))
            p.small { "It works for every address, on our list or not, so this page tells nobody who is on it." }
        }
    };
    layout(&Frame::titled("No more letters"), content)
}

fn fields(door: &Door<'_>) -> Markup {
    html! {
        form method="post" action=(LEAVE) {
            input type="hidden" name=(key::FIELD) value={ "audience-leave-" (door.key) };
            label for="email" { "E-mail" }
            input #email type="email" name="email" required autocomplete="email" autocapitalize="none" spellcheck="false"
                maxlength="254" value=(door.email);
            label for="reason" { "Why? " span.soft { "(optional)" } }
            input #reason type="text" name="reason" maxlength="240" autocomplete="off";
            button.button type="submit" { "Stop the letters" }
        }
    }
}

/// The page behind a signed link.
pub fn button(token: &str) -> Markup {
    let content = html! {
        section.ask.door {
            h1 { "No more letters?" }
            p.lead { "Press the button, and the address that this letter went to gets no more of them." }
            form method="post" action={ (PAGE) "?token=" (component(token)) } {
                input type="hidden" name="List-Unsubscribe" value="One-Click";
                button.button type="submit" { "Stop the letters" }
            }
            p.small { a href="/" { "I would rather stay" } }
        }
    };
    layout(&Frame::titled("No more letters?"), content)
}

/// The page behind a link that is not ours, or not whole.
pub fn broken(door: &Door<'_>) -> Markup {
    let content = html! {
        section.ask.door {
            h1 { "This is not a working link" }
            p.lead { "It is not complete, or it is not from us. Nothing has changed. You can type the address instead:" }
            (fields(door))
        }
    };
    layout(&Frame::titled("Not a working link"), content)
}

/// The page after it.
pub fn done() -> Markup {
    let next = html! {
        p { "Changed your mind? Join again by the form; a mail will ask you to confirm." }
        a.button href="/" { "Go to the shop" }
        a href="/audience/my-data" { "See or erase what we know of you" }
    };
    let text = "The address gets no more letters from this shop.";
    layout(&Frame::titled("You have left"), notice(Tone::Calm, "You have left", text, next))
}
