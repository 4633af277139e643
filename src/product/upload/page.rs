//! The part of the form that takes the file.

use maud::{html, Markup};

use crate::kit::bounds::UPLOAD_MAX_BYTES;

/// The content as text: a form without files needs no script and no other way to read a body.
pub fn content() -> Markup {
    html! {
        div.field {
            label for="upload-body" { "Content" }
            textarea #upload-body name="bodyText" rows="8" required maxlength=(UPLOAD_MAX_BYTES)
                aria-describedby="upload-help" {}
            p.small #upload-help {
                "Up to 64 KiB of text. For other kinds of file, a program sends " code { "bodyBase64" } " instead."
            }
        }
    }
}
