//! Ids: one list, one type each, the prefix visible to people and checked when an id comes in.

use serde::{Deserialize, Deserializer, Serialize};

use super::bounds::ID_MAX_BYTES;

/// What follows the prefix of an id.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Exactly 36 hex digits and hyphens.
    Uuid,
    /// Letters, digits, hyphens and underscores.
    Slug,
    /// Exactly 32 letters and digits, as Better Auth makes its ids.
    Letters,
}

fn fits(text: &str, prefix: &str, tail: Tail) -> bool {
    let Some(rest) = text.strip_prefix(prefix) else {
        return false;
    };
    match tail {
        Tail::Uuid => rest.len() == 36 && rest.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'),
        Tail::Letters => rest.len() == LETTERS && rest.bytes().all(|b| b.is_ascii_alphanumeric()),
        Tail::Slug => {
            !rest.is_empty()
                && text.len() <= ID_MAX_BYTES
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        }
    }
}

macro_rules! ids {
    (@fresh Uuid) => {
        /// An id around a fresh UUID.
        pub fn from_uuid(uuid: &str) -> Self {
            Self(format!("{}{uuid}", Self::PREFIX))
        }
    };
    (@fresh Slug) => {};
    (@fresh Letters) => {
        /// An id of fresh letters.
        pub fn from_random(bytes: [u8; RANDOM_BYTES]) -> Self {
            Self(letters(bytes, LETTERS_AND_DIGITS))
        }
    };
    ($( $(#[$doc:meta])* $name:ident = $prefix:literal + $tail:ident; )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind starts with.
            pub const PREFIX: &'static str = $prefix;

            /// Reads an id; `None` when it does not have the form.
            pub fn parse(text: &str) -> Option<Self> {
                fits(text, $prefix, Tail::$tail).then(|| Self(text.to_owned()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            ids!(@fresh $tail);
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                let fits = fits(&text, $prefix, Tail::$tail);
                fits.then_some(Self(text)).ok_or_else(|| serde::de::Error::custom(concat!("not a ", stringify!($name))))
            }
        }
    )* };
}

ids! {
    /// A tenant: who owns the rows.
    TenantId = "tenant-" + Slug;
    /// An account.
    UserId = "" + Letters;
    /// A signed-in browser (never its token).
    SessionId = "" + Letters;
    /// A mail on its way.
    MailId = "mail-" + Uuid;
    /// Something that is sold, or opened by a purchase.
    ProductId = "product-" + Slug;
    /// A price of a product.
    PriceId = "price-" + Slug;
    /// A checkout intent. Knowing it is what opens the buyer's own pages, so it is random and never listed.
    CheckoutIntentId = "checkout-intent-" + Uuid;
    /// Ties together what one act left in the audit trail and the log.
    AuditId = "audit-" + Uuid;
    /// What a purchase opened: derived from the intent and the template.
    EntitlementId = "entitlement-" + Slug;
    /// A section to read.
    ContentSectionId = "protected-content-" + Slug;
    /// The row of a download token (never the bearer).
    DownloadTokenId = "product-download-token-" + Uuid;
    /// A click on a partner's link.
    ReferralClickId = "referral-click-" + Uuid;
    /// The click that a checkout came by.
    ReferralAttributionId = "checkout-referral-" + Uuid;
    /// A commission, written down for review.
    CommissionLedgerId = "commission-ledger-" + Uuid;
    /// What an owner decided about a commission.
    CommissionActionId = "commission-review-action-" + Uuid;
    /// A Stripe Checkout Session. External, so it never appears in an answer.
    StripeSessionId = "cs_" + Slug;
    /// A Stripe subscription. External, so it never appears in an answer.
    StripeSubscriptionId = "sub_" + Slug;
    /// A subscription as we name it.
    SubscriptionId = "billing-subscription-" + Uuid;
    /// A Stripe event. External, so it never appears in an answer.
    StripeEventId = "evt_" + Slug;
}

/// Characters of an id or a token in Better Auth's style.
pub const LETTERS: usize = 32;

/// Random bytes behind [`LETTERS`] characters: more than they can hold, so that no character is likelier than another.
pub const RANDOM_BYTES: usize = 32;

/// The alphabet of ids and session tokens.
pub const LETTERS_AND_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The alphabet of sign-in links.
pub const ONLY_LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// [`LETTERS`] characters of an alphabet: the bytes, read as one large number, in that base.
pub fn letters(mut bytes: [u8; RANDOM_BYTES], alphabet: &[u8]) -> String {
    let base = u32::try_from(alphabet.len()).unwrap_or(1).max(1);
    let digits = (0..LETTERS).map(|_| {
        let rest = bytes.iter_mut().fold(0, |rest, byte| {
            let value = (rest << 8) | u32::from(*byte);
            *byte = u8::try_from(value / base).unwrap_or_default();
            value % base
        });
        usize::try_from(rest).ok().and_then(|rest| alphabet.get(rest)).map_or('a', |letter| char::from(*letter))
    });
    digits.collect()
}

/// A UUID, version 4 (RFC 9562, section 5.4), from 16 random bytes.
pub fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (index, digit) in super::hash::hex(&bytes).chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

/// The bearer of a download: `download-token-` and 36 hex digits, which are 144 random bits.
///
/// Has no `Serialize`: the one answer that carries it asks for it by name.
#[derive(Clone, PartialEq, Eq)]
pub struct DownloadToken(String);

impl DownloadToken {
    /// Random bytes in a token.
    pub const RANDOM_BYTES: usize = 18;
    const PREFIX: &'static str = "download-token-";

    /// A token from fresh random bytes.
    pub fn from_random(bytes: [u8; Self::RANDOM_BYTES]) -> Self {
        Self(format!("{}{}", Self::PREFIX, super::hash::hex(&bytes)))
    }

    /// Reads a token; `None` when it does not have the form.
    pub fn parse(text: &str) -> Option<Self> {
        fits(text, Self::PREFIX, Tail::Uuid).then(|| Self(text.to_owned()))
    }

    /// The bearer text, for the one answer that hands it out.
    pub fn open(&self) -> &str {
        &self.0
    }

    /// What the database keeps instead of the token.
    pub fn digest(&self) -> String {
        super::hash::sha256_hex(self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::{letters, CheckoutIntentId, DownloadToken, ProductId, UserId, LETTERS_AND_DIGITS, ONLY_LETTERS};

    #[test]
    fn an_intent_id_is_its_prefix_and_36_hex_digits_or_hyphens() {
        let good = "checkout-intent-0a1b2c3d-0000-4000-8000-000000000000";
        assert_eq!(CheckoutIntentId::parse(good).expect("well formed").as_str(), good);
        for bad in [
            "",
            "checkout-intent-",
            "checkout-intent-0",
            "Checkout-intent-0a1b2c3d-0000-4000-8000-000000000000",
            "checkout-intent-0a1b2c3d-0000-4000-8000-00000000000g",
            "checkout-intent-0a1b2c3d-0000-4000-8000-0000000000000",
        ] {
            assert!(CheckoutIntentId::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn letters_are_the_bytes_in_another_base() {
        let mut bytes = [0; 32];
        bytes[31] = 63;
        assert_eq!(letters(bytes, LETTERS_AND_DIGITS), format!("bb{}", "a".repeat(30)));
        assert!(letters([0xff; 32], ONLY_LETTERS).bytes().all(|b| b.is_ascii_alphabetic()));
        assert!(UserId::parse(&letters([0xab; 32], LETTERS_AND_DIGITS)).is_some());
        assert!(UserId::parse("short").is_none() && UserId::parse(&"-".repeat(32)).is_none());
    }

    #[test]
    fn a_slug_id_takes_no_markup() {
        assert!(ProductId::parse("product-launch-bundle").is_some());
        assert!(ProductId::parse("product-<b>").is_none());
        assert!(ProductId::parse(&format!("product-{}", "a".repeat(200))).is_none());
    }

    #[test]
    fn a_token_is_144_random_bits_in_the_documented_form() {
        let token = DownloadToken::from_random([0xab; DownloadToken::RANDOM_BYTES]);
        assert_eq!(token.open(), format!("download-token-{}", "ab".repeat(18)));
        assert!(DownloadToken::parse(token.open()).is_some());
        assert_eq!(DownloadToken::RANDOM_BYTES * 8, 144);
    }
}
