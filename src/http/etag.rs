//! Strong entity tags and the question whether a caller's copy still holds (RFC 9110, sections 8.8.3 and 13.1.2).

use crate::kit::hash::sha256_hex;

/// The strong tag of some bytes: their SHA-256.
pub fn of(bytes: &[u8]) -> String {
    format!("\"{}\"", sha256_hex(bytes))
}

/// True when `If-None-Match` names the tag. The comparison is weak, as the RFC asks: a proxy that compresses an answer
/// marks its tag with `W/`.
pub fn is_named(if_none_match: &str, tag: &str) -> bool {
    if_none_match.trim() == "*"
        || if_none_match.split(',').any(|one| {
            let one = one.trim();
            one.strip_prefix("W/").unwrap_or(one) == tag
        })
}

#[cfg(test)]
mod tests {
    use super::{is_named, of};

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong() {
        let tag = of(b"body");
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() == 66);
        for named in [tag.clone(), format!("W/{tag}"), format!("\"a\" , W/{tag}"), "*".to_owned(), " * ".to_owned()] {
            assert!(is_named(&named, &tag), "{named}");
        }
        for other in ["", "\"\"", tag.trim_matches('"'), &tag.to_uppercase(), "W/", "\"*\"", &format!("w/{tag}")] {
            assert!(!is_named(other, &tag), "{other}");
        }
    }
}
