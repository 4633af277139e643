//! The form of a confirmed write, made from the write itself.

use maud::{html, Markup};

use super::model::{Field, Step, Takes, Write};
use super::parse::PHRASE;
use crate::cx::Cx;
use crate::http::{key as idempotency, Req};
use crate::kit::bounds::WRITE_NUMBER_MAX;

/// What a page already knows of a form: field and value, sent along unseen.
pub type Given<'a> = &'a [(&'a str, String)];

/// What a field can be, as the page knows it: the field, and values with what people call them.
pub type Offered<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// The form. The person types the phrase; the key is minted here, so a form that is sent twice acts once.
pub fn form(cx: &Cx, write: &Write, given: Given<'_>, button: &str) -> Markup {
    form_offering(cx, write, given, &[], button)
}

/// The form, where the page knows what some of the fields can be.
pub fn form_offering(cx: &Cx, write: &Write, given: Given<'_>, offered: &[Offered<'_>], button: &str) -> Markup {
    let key = cx.uuid();
    let id = |name: &str| format!("{}-{name}-{}", write.kind, key.get(..8).unwrap_or_default());
    html! {
        form.confirmed method="post" action=(write.path) {
            input type="hidden" name=(idempotency::FIELD) value=(key);
            @for (name, value) in given { input type="hidden" name=(name) value=(value); }
            @for step in write.steps {
                @match step {
                    Step::Field(field) => {
                        @if !given.iter().any(|(name, _)| *name == field.name) {
                            @match offered.iter().find(|(name, _)| *name == field.name) {
                                Some((_, values)) => { (select(field, values, &id(field.name))) }
                                None => { (input(write, field, &id(field.name))) }
                            }
                        }
                    }
                    Step::Act(act) => { ((act.form)()) }
                    Step::Phrase(_) | Step::Key(_) | Step::Known { .. } | Step::Within { .. } => {}
                }
            }
            div.field {
                label for=(id(PHRASE)) { "To confirm, type: " code.phrase { (write.phrase) } }
                input id=(id(PHRASE)) name=(PHRASE) type="text" required autocomplete="off" autocapitalize="off"
                    spellcheck="false";
            }
            button.button type="submit" { (button) }
        }
    }
}

fn select(field: &Field, values: &[(&str, &str)], id: &str) -> Markup {
    let required = field.missing.is_some();
    html! {
        div.field {
            label for=(id) { (field.label) @if !required { span.optional { " (optional)" } } }
            select id=(id) name=(field.name) required[required] {
                @if !required { option value="" { "None" } }
                @for (value, words) in values { option value=(value) { (words) } }
            }
        }
    }
}

fn input(write: &Write, field: &Field, id: &str) -> Markup {
    let required = field.missing.is_some();
    let words = write.words(field.name);
    if matches!(field.takes, Takes::Acknowledged) {
        return html! {
            label.check for=(id) {
                input id=(id) name=(field.name) type="checkbox" value="true" required[required];
                (field.label)
            }
        };
    }
    html! {
        div.field {
            label for=(id) { (field.label) @if !required { span.optional { " (optional)" } } }
            @if !words.is_empty() {
                select id=(id) name=(field.name) required[required] {
                    @for word in words { option value=(word) { (word.replace('_', " ")) } }
                }
            } @else {
                @match field.takes {
                    Takes::Text(max) => {
                        input id=(id) name=(field.name) type="text" maxlength=(max) required[required] autocomplete="off";
                    }
                    Takes::Integer(min) => {
                        input id=(id) name=(field.name) type="number" min=(min) max=(WRITE_NUMBER_MAX) required[required]
                            inputmode="numeric";
                    }
                    Takes::Private(max) | Takes::Prose(max) => {
                        textarea id=(id) name=(field.name) maxlength=(max) rows="3" required[required] {}
                    }
                    Takes::Moment => {
                        input id=(id) name=(field.name) type="text" placeholder="2030-01-31T09:00:00Z" required[required]
                            autocomplete="off";
                    }
                    Takes::Count => {
                        input id=(id) name=(field.name) type="number" min="0" max=(WRITE_NUMBER_MAX) value="0"
                            inputmode="numeric";
                    }
                    Takes::Counts(_) => {
                        input id=(id) name=(field.name) type="text" required[required] autocomplete="off";
                    }
                    Takes::Choice(_) | Takes::Acknowledged => {}
                }
            }
        }
    }
}

/// The message of a form that was sent, by the code in the address.
pub fn flash(req: &Req, writes: &[&'static Write]) -> Markup {
    let done = req.query(&["done"]);
    let problem = req.query(&["problem"]);
    let known_done = |code: &str| writes.iter().find(|it| it.answers.recorded == code || it.answers.replayed == code);
    let refusal = |code: &str| writes.iter().flat_map(|it| it.refusals()).find(|refusal| refusal.code == code);
    html! {
        @if let Some(write) = done.as_deref().and_then(known_done) {
            p.flash.good role="status" { (write.audit.summary) }
        }
        @if let Some(refusal) = problem.as_deref().and_then(refusal) {
            p.flash.bad role="alert" { (refusal.says) " Nothing was recorded." }
        }
    }
}
