//! The part of the form that takes the file.

use maud::{html, Markup};

use crate::kit::bounds::UPLOAD_FORM_MAX_CHARS;

/// The content as text: a form without files needs no script and no other way to read a body.
pub fn content() -> Markup {
    html! {
        div.field {
            label for="upload-body" { "Content" }
            textarea #upload-body name="bodyText" rows="8" required maxlength=(UPLOAD_FORM_MAX_CHARS)
                aria-describedby="upload-help" {}
            p.small #upload-help {
                "Up to " (UPLOAD_FORM_MAX_CHARS) " characters of text. Larger files and other kinds are sent by a program, as " code { "bodyBase64" } "."
            }
        }
    }
}
