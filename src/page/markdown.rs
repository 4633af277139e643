//! Markdown that a shop wrote, as HTML that can do nothing but be read: no HTML of its own, no pictures from elsewhere, no
//! links but to pages and addresses.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{html, Event, HeadingLevel, Parser, Tag, TagEnd};

/// What a link may start with.
const SCHEMES: &[&str] = &["https://", "http://", "mailto:"];

/// Renders a text. Its headings go one level down, below the heading of the page.
pub fn markdown(text: &str) -> Markup {
    let mut links = Vec::new();
    let events = Parser::new(text).filter_map(|event| harmless(event, &mut links));
    let mut written = String::new();
    html::push_html(&mut written, events);
    PreEscaped(written)
}

/// The event as it may be shown. `links` remembers, for each open link, whether it was kept.
fn harmless<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { dest_url, link_type, title, id }) => {
            let kept = SCHEMES.iter().any(|scheme| dest_url.starts_with(scheme));
            links.push(kept);
            kept.then_some(Event::Start(Tag::Link { dest_url, link_type, title, id }))
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or_default().then_some(Event::End(TagEnd::Link)),
        Event::Start(Tag::Heading { level, .. }) => {
            let level = below(level);
            Some(Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below(level)))),
        other => Some(other),
    }
}

const fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn a_text_becomes_headings_lists_and_links() {
        let html = markdown("# One\n\n- **a**\n- [b](https://example.com)\n\n> said\n").into_string();
        let expected =
            "<h2>One</h2>\n<ul>\n<li><strong>a</strong></li>\n<li><a href=\"https://example.com\">b</a></li>\n\
            </ul>\n<blockquote>\n<p>said</p>\n</blockquote>\n";
        assert_eq!(html, expected);
    }

    #[test]
    fn nothing_in_a_text_can_act() {
        let text = "<script>alert(1)</script>\n\nA <b onclick=x>b</b> [x](javascript:alert(1)) ![y](https://evil.example/p.gif) \
            [z](  JaVaScRiPt:x) [w](data:text/html,x) [v](//evil.example) <https://ok.example> [q](https://a\"onx=1)";
        let html = markdown(text).into_string();
        for bad in ["<script", "<b ", "<img", "javascript:", "href=\"data:", "href=\"//", "\"onx"] {
            assert!(!html.to_lowercase().contains(bad), "{bad} in {html}");
        }
        assert!(html.contains("&lt;script&gt;") && html.contains("href=\"https://ok.example\""), "{html}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_renders_without_markup_of_its_own(text in "[<>\\[\\]()!*_`#\\-\\n \"'&;a-c:/]{0,60}") {
            let html = markdown(&text).into_string();
            proptest::prop_assert!(!html.contains("<a href=\"a") && !html.contains("<img") && !html.contains("<b>"));
        }
    }
}
