//! What a page holds so that its views are counted: a script, and an image for browsers without script.

use maud::{html, Markup};
use serde::Deserialize;

use crate::insight::VISITOR_FIELD;
use crate::page::component;

/// A hidden input in which the script of the page says what the browser session calls itself, so that what comes of a form
/// is counted for the visitor who sent it. Empty without script. `value` is what came when the form is shown again.
pub fn visitor_input(value: &str) -> Markup {
    html! { input type="hidden" name=(VISITOR_FIELD) value=(value) data-visitor; }
}

/// What the script of a page reports.
#[derive(Debug, Deserialize)]
pub struct Beacon {
    definition: String,
    route: String,
    funnel: String,
    /// `step #anchor` for each step, in one line; the anchor of a page's only step may be empty.
    steps: String,
    experiment: Option<String>,
}

impl Beacon {
    /// The script and the image; they go at the end of a page's content.
    pub fn markup(&self) -> Markup {
        html! {
            div.hidden {
                script src="/beacon.js" type="module" data-event=(self.definition) data-route=(self.route)
                    data-funnel=(self.funnel) data-steps=(self.steps) data-experiment=[self.experiment.as_deref()] {}
                noscript { img src={ "/analytics/view.svg?page=" (component(&self.route)) } alt="" width="1" height="1"; }
            }
        }
    }
}
