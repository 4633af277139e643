//! Redaction flags: each says whether an answer holds some private thing, and is computed from the finished text.
//!
//! A flag that turns true is a defect that tests catch; it is still the truth, because nobody types it in.

use std::cell::RefCell;
use std::collections::HashMap;

use memchr::memmem::Finder;

/// A flag: its name on the wire, and how to tell from the text of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// The name on the wire.
    pub name: &'static str,
    /// True when the text holds what the flag is about.
    pub holds: fn(&str) -> bool,
}

/// Declares flags: name, name on the wire, and how to tell from the text of an answer.
#[macro_export]
macro_rules! flags {
    ($( $(#[$doc:meta])* $name:ident = $wire:literal when $holds:expr; )*) => { $(
        $(#[$doc])*
        #[doc = concat!("`", $wire, "`.")]
        pub const $name: $crate::contract::redaction::Flag =
            $crate::contract::redaction::Flag { name: $wire, holds: $holds };
    )* };
}

flags! {
    /// An id that Stripe made.
    RAW_STRIPE_IDS = "rawStripeIdsIncluded" when stripe_id;
    /// The id of a Stripe event.
    STRIPE_EVENT_IDS = "sourceStripeEventIdsIncluded" when |text| id_with(text, &["evt_"]);
    /// The address of Stripe's payment page.
    CHECKOUT_URL = "checkoutUrlIncluded" when stripe_page;
    /// The same under the name that the created answer uses.
    RAW_CHECKOUT_URL = "rawCheckoutUrlIncluded" when stripe_page;
    /// A commission was made.
    COMMISSION = "commissionCreated" when |text| has(text, "\"commission-ledger-");
    /// A commission that can be paid out was made.
    PAYABLE_COMMISSION = "payableCommissionCreated" when |text| has(text, "\"payable\"");
    /// The buyer's address.
    BUYER_EMAIL = "buyerEmailIncluded" when email;
    /// A hash of the buyer's address.
    BUYER_EMAIL_HASH = "buyerEmailHashIncluded" when long_hash;
    /// The key of a private object.
    RAW_R2_KEYS = "rawR2KeysIncluded" when object_key;
    /// An address that opens a private object without asking us.
    SIGNED_URLS = "signedUrlsIncluded" when |text| has(text, "X-Amz-") || has(text, "Signature=");
    /// A metadata column as it is stored.
    METADATA_JSON = "metadataJsonIncluded" when |text| has(text, "\"metadata_json\":") || has(text, "\"metadataJson\":");
    /// Stripe was asked to charge.
    STRIPE_CHARGE = "stripeChargeCreated" when |text| id_with(text, &["ch_"]);
    /// Stripe was asked to take a payment.
    PAYMENT_INTENT = "paymentIntentCreated" when |text| id_with(text, &["pi_"]);
    /// A task for somebody was made.
    FULFILLMENT = "fulfillmentCreated" when |text| has(text, "\"fulfillment-");
    /// Access was granted.
    ENTITLEMENT = "entitlementGranted" when |text| has(text, "\"entitlement-");
    /// Money for a partner was sent.
    PAYOUT = "payoutCreated" when |text| id_with(text, &["po_", "tr_"]);
    /// Anything that tells who somebody is.
    PRIVATE_DATA = "privateDataIncluded" when |text| email(text) || long_hash(text);
    /// What a visitor's request said: address, browser, page before.
    RAW_REQUEST_DATA = "rawRequestDataIncluded" when request_data;
    /// A tax number or form.
    TAX_DATA = "taxDataIncluded" when |text| has(text, "\"taxId\":") || has(text, "\"taxForm\":");
    /// A partner was written to.
    PARTNER_NOTIFICATION = "partnerNotificationSent" when |text| has(text, "\"notifiedAt\":");
    /// Anything that tells who the buyer is.
    PRIVATE_BUYER_DATA = "privateBuyerDataIncluded" when |text| email(text) || long_hash(text);
    /// The same, where a document calls it so.
    BUYER_DATA = "buyerDataIncluded" when email;
    /// The buyer's address, where a document calls it so.
    RAW_BUYER_EMAIL = "rawBuyerEmailIncluded" when email;
    /// The id of a subscription at Stripe.
    STRIPE_SUBSCRIPTION_IDS = "rawStripeSubscriptionIdsIncluded" when |text| id_with(text, &["sub_"]);
    /// The id of a customer at Stripe.
    STRIPE_CUSTOMER_IDS = "rawStripeCustomerIdsIncluded" when |text| id_with(text, &["cus_"]);
    /// What members read or write.
    MEMBER_POSTS = "memberPostsIncluded" when |text| has(text, BODY);
    /// What somebody has read.
    PROGRESS_DATA = "progressDataIncluded" when |text| has(text, "\"progress\":") || has(text, "\"progressState\":");
    /// The address of a customer's page at Stripe.
    CUSTOMER_PORTAL = "customerPortalUrlIncluded" when |text| has(text, "billing.stripe.com");
    /// The content of an upload.
    UPLOAD_BODY = "rawUploadBodyIncluded" when |text| has(text, "\"bodyText\":") || has(text, "\"bodyBase64\":");
    /// Metadata that is kept with a private object.
    PRIVATE_METADATA = "privateMetadataIncluded" when |text| has(text, "\"metadata");
    /// The owner's address.
    OWNER_EMAIL = "rawOwnerEmailIncluded" when email;
    /// The address of whoever acted.
    ACTOR_EMAIL = "actorEmailIncluded" when email;
    /// A hash of it.
    ACTOR_EMAIL_HASH = "actorEmailHashIncluded" when long_hash;
    /// The entitlement that an owner's intent is about.
    TARGET_ENTITLEMENTS = "targetEntitlementIdsIncluded" when |text| has(text, "\"targetEntitlementId\":\"");
    /// The reason that an owner gave in confidence.
    PRIVATE_REASON = "privateReasonIncluded" when |text| has(text, "\"privateReason\":");
    /// An intent changes an entitlement.
    ENTITLEMENT_MUTATION = "entitlementMutationEnabled" when |text| has(text, "\"entitlementMutationEnabled\":true");
    /// An intent destroys something.
    DESTRUCTIVE_ACTION = "destructiveActionEnabled" when |text| has(text, "\"destructiveActionEnabled\":true");
    /// The text of a protected section.
    PRIVATE_CONTENT = "privateContentBodiesIncluded" when |text| has(text, BODY);
    /// The document itself delivers a protected section.
    DELIVERY = "deliveryEnabled" when |text| has(text, BODY);
    /// The text of a protected section stands in a public document.
    CONTENT_IN_SOURCE_DATA = "protectedBodyIncludedInSourceData" when |text| {
        has(text, BODY) && has(text, "-source-data\"")
    };
    /// A bearer of a download.
    DOWNLOAD_TOKENS = "downloadTokensIncluded" when |text| has(text, "\"download-token-");
}

/// The text of a protected section, as answers carry it.
const BODY: &str = "\"body\":\"";

thread_local! {
    /// What finds each text of the program; making one takes longer than running it over a short answer.
    static FINDERS: RefCell<HashMap<*const str, Finder<'static>>> = RefCell::new(HashMap::new());
}

/// True when the text holds the words; quicker than `str::contains`, and these scans run over every answer.
fn has(text: &str, words: &'static str) -> bool {
    FINDERS.with_borrow_mut(|finders| {
        let finder = finders.entry(words).or_insert_with(|| Finder::new(words));
        finder.find(text.as_bytes()).is_some()
    })
}

/// The ids of these prefixes are Stripe's own.
const STRIPE_PREFIXES: &[&str] = &["cs_", "pi_", "sub_", "evt_", "cus_", "ch_", "in_", "pm_", "si_", "txn_"];

/// Shortest run of letters and digits after a prefix that is taken for an id; Stripe's are longer, file names shorter.
const ID_TAIL_MIN: usize = 14;

fn stripe_id(text: &str) -> bool {
    id_with(text, STRIPE_PREFIXES)
}

/// Every prefix ends with an underscore, so only the few underscores of a text are looked at.
fn id_with(text: &str, prefixes: &[&str]) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    memchr::memchr_iter(b'_', text.as_bytes()).any(|at| {
        let (head, tail) = text.split_at(at + 1);
        let mut starts = prefixes.iter().filter_map(|prefix| head.strip_suffix(prefix));
        starts.any(|before| !before.ends_with(word)) && tail.split(|c| !word(c)).next().is_some_and(id_tail)
    })
}

fn id_tail(tail: &str) -> bool {
    let tail = tail.strip_prefix("test_").or_else(|| tail.strip_prefix("live_")).unwrap_or(tail);
    tail.len() >= ID_TAIL_MIN && !tail.contains('_')
}

fn stripe_page(text: &str) -> bool {
    has(text, "checkout.stripe.com") || has(text, "/c/pay/")
}

fn email(text: &str) -> bool {
    memchr::memchr(b'@', text.as_bytes()).is_some()
        && text
            .split(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | ',' | ';'))
            .any(|word| crate::kit::email::Email::parse(word).is_some())
}

/// Hex digits of a SHA-256.
const HASH_DIGITS: usize = 64;

/// A run as long as a hash covers one of every 64 bytes, so only those are looked at.
fn long_hash(text: &str) -> bool {
    let hex = |byte: &&u8| byte.is_ascii_hexdigit();
    (HASH_DIGITS - 1..text.len()).step_by(HASH_DIGITS).any(|at| {
        let (before, from) = text.as_bytes().split_at(at);
        let ahead = from.iter().take_while(hex).count();
        ahead > 0 && ahead + before.iter().rev().take_while(hex).count() >= HASH_DIGITS
    })
}

fn request_data(text: &str) -> bool {
    ["\"ip\":", "\"ipHash\":", "\"userAgent\":", "\"userAgentHash\":", "\"referrer\":", "\"requestHash\":"]
        .iter()
        .any(|name| has(text, name))
}

fn object_key(text: &str) -> bool {
    has(text, "products/fixtures/") || has(text, "products/uploads/") || has(text, "\"objectKey\"")
}

/// An answer with its flags. A type for the documents; `Reply::redacted` writes it.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[schemars(rename = "{T}Answer")]
pub struct Redacted<T> {
    /// The answer.
    #[serde(flatten)]
    pub answer: T,
    /// Each flag says whether this answer holds some private thing.
    pub redaction: std::collections::BTreeMap<String, bool>,
}

/// A value whose flags stand among its own fields, computed from its text when it is written.
#[derive(Clone, Debug)]
pub struct Flagged<T> {
    value: T,
    flags: &'static [Flag],
}

impl<T> Flagged<T> {
    /// A value with its flags.
    pub const fn new(value: T, flags: &'static [Flag]) -> Self {
        Self { value, flags }
    }
}

impl<T: serde::Serialize> serde::Serialize for Flagged<T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        let mut text = serde_json::to_string(&self.value).map_err(S::Error::custom)?;
        append_inside(&mut text, self.flags);
        serde_json::value::RawValue::from_string(text).map_err(S::Error::custom)?.serialize(to)
    }
}

/// The schema of the value, open for the flags.
#[cfg(not(target_arch = "wasm32"))]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Flagged<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Flagged{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = T::json_schema(generator);
        if schema.get("additionalProperties").is_none() {
            schema.insert("additionalProperties".to_owned(), serde_json::json!({ "type": "boolean" }));
        }
        schema
    }
}

/// Adds `"redaction":{…}` as the last field of the JSON object in `text`.
pub fn append(text: &mut String, flags: &[Flag]) {
    let mut object = "{}".to_owned();
    write_flags(&mut object, text, flags);
    extend(text, &format!("\"redaction\":{object}"));
}

/// Adds the flags themselves as the last fields of the JSON object in `text`.
pub fn append_inside(text: &mut String, flags: &[Flag]) {
    let seen = text.clone();
    write_flags(text, &seen, flags);
}

fn write_flags(object: &mut String, seen: &str, flags: &[Flag]) {
    for flag in flags {
        extend(object, &format!("\"{}\":{}", flag.name, (flag.holds)(seen)));
    }
}

/// Adds a field to a JSON object.
fn extend(object: &mut String, field: &str) {
    if object.pop() != Some('}') {
        return;
    }
    if !object.ends_with('{') {
        object.push(',');
    }
    object.push_str(field);
    object.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flag_sees_what_it_is_about() {
        for (flag, text) in [
            (RAW_STRIPE_IDS, r#"{"id":"cs_test_a1b2c3d4e5f6g7h8"}"#),
            (STRIPE_EVENT_IDS, r#"{"id":"evt_1AbCdEfGhIjKlMnO"}"#),
            (CHECKOUT_URL, r#"{"url":"https://checkout.stripe.com/c/pay/x"}"#),
            (BUYER_EMAIL, r#"{"to":"ana@example.com"}"#),
            (BUYER_EMAIL_HASH, r#"{"h":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}"#),
            (RAW_R2_KEYS, r#"{"k":"products/fixtures/a.txt"}"#),
            (SIGNED_URLS, r#"{"u":"https://x/y?X-Amz-Signature=1"}"#),
            (METADATA_JSON, r#"{"metadataJson":"{}"}"#),
            (DOWNLOAD_TOKENS, r#"{"t":"download-token-00"}"#),
        ] {
            assert!((flag.holds)(text), "{} misses {text}", flag.name);
            let plain = r#"{"ok":true,"productId":"product-launch-bundle","fileName":"ch_01_introduction.pdf"}"#;
            assert!(!(flag.holds)(plain), "{}", flag.name);
        }
    }

    #[test]
    fn flags_are_the_last_field() {
        let mut text = r#"{"ok":true}"#.to_owned();
        append(&mut text, &[RAW_STRIPE_IDS]);
        assert_eq!(text, r#"{"ok":true,"redaction":{"rawStripeIdsIncluded":false}}"#);
        let mut empty = "{}".to_owned();
        append(&mut empty, &[]);
        assert_eq!(empty, r#"{"redaction":{}}"#);
    }

    /// The flags as they read most plainly.
    fn plain_id(text: &str) -> bool {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .any(|part| STRIPE_PREFIXES.iter().filter_map(|prefix| part.strip_prefix(prefix)).any(id_tail))
    }

    fn plain_hash(text: &str) -> bool {
        text.split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() >= 64)
    }

    proptest::proptest! {
        #[test]
        fn the_quick_scans_see_what_the_plain_ones_see(
            text in "([ \"é_]|cs_|evt_|acs_|test_|[0-9a-f]{60,70}|[a-zA-Z0-9]{12,16}|é){0,12}",
        ) {
            proptest::prop_assert_eq!(stripe_id(&text), plain_id(&text));
            proptest::prop_assert_eq!(long_hash(&text), plain_hash(&text));
        }
    }
}
