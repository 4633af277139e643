//! SHA-256 in lower-case hex: what is only ever compared is kept as this.

use sha2::{Digest, Sha256};

/// SHA-256 of some bytes, as 64 lower-case hex digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 over several parts, each preceded by its length, so that no two lists of parts give the same bytes.
pub fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

/// HMAC-SHA256 of a text under a key that is made from `secret` for one purpose, so that hashes of one text for two
/// purposes cannot be compared, and nobody without the secret can try texts out.
pub fn keyed_hex(secret: &[u8], purpose: &str, text: &str) -> String {
    hex(&hmac(&hmac(secret, purpose.as_bytes()), text.as_bytes()))
}

/// HMAC-SHA256 (RFC 2104). Takes a key of any length.
pub fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    use hmac::{Mac, SimpleHmac};
    // A key of any length fits, so the fallback never happens; it keeps this free of panics.
    SimpleHmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().into())
        .unwrap_or_else(|_| Sha256::digest(message).into())
}

/// Lower-case hex digits of some bytes.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|nibble| DIGITS.get(usize::from(nibble))).collect()
}

#[cfg(test)]
mod tests {
    use super::{fingerprint, hex, hmac, keyed_hex, sha256_hex};

    #[test]
    fn the_hash_of_nothing_is_the_known_one() {
        assert_eq!(sha256_hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }

    #[test]
    fn the_mac_is_the_one_of_rfc_4231_and_differs_by_purpose() {
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(&hmac(b"Jefe", b"what do ya want for nothing?")), known);
        assert_ne!(keyed_hex(b"secret", "e-mail", "a"), keyed_hex(b"secret", "reason", "a"));
    }

    #[test]
    fn moving_a_letter_between_parts_changes_the_fingerprint() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }
}
