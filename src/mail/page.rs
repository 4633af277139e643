//! A letter as HTML. Mail programs know no style sheets, so the few styles stand beside what they style.

use maud::{html, Markup, DOCTYPE};

use super::model::Letter;

const BODY: &str = "margin:0;padding:32px 16px;background:#faf7f1;color:#17231f;font:17px/1.55 -apple-system,'Segoe UI',Roboto,Arial,sans-serif";
const CARD: &str =
    "max-width:520px;margin:0 auto;padding:32px;background:#ffffff;border:1px solid #e5dfd2;border-radius:18px";
const HEAD: &str = "margin:0 0 20px;font-size:24px;line-height:1.25";
const TEXT: &str = "margin:0 0 16px";
const BUTTON: &str = "display:inline-block;margin:8px 0 24px;padding:14px 26px;background:#0c5a48;color:#ffffff;font-weight:700;text-decoration:none;border-radius:12px";
const SMALL: &str = "margin:0 0 12px;font-size:15px;color:#53615b";

const LINK: &str = "color:#0c5a48";

/// The HTML part of a mail.
pub fn letter(letter: &Letter) -> Markup {
    let (label, link) = &letter.action;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (letter.subject) }
            }
            body style=(BODY) {
                div style=(CARD) {
                    h1 style=(HEAD) { (letter.subject) }
                    @for paragraph in &letter.opening { p style=(TEXT) { (paragraph) } }
                    a href=(link) style=(BUTTON) { (label) }
                    @for paragraph in &letter.closing { p style=(SMALL) { (paragraph) } }
                    @if let Some((label, link)) = &letter.footer { p style=(SMALL) { a href=(link) style=(LINK) { (label) } } }
                }
            }
        }
    }
}
