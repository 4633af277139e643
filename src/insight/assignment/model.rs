//! The rule that gives a visitor a variant, and what is asked and answered.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::account::limit::Rule;
use crate::account::model::TOO_MANY;
use crate::db::truth;
use crate::http::origin::INVALID_ORIGIN;
use crate::http::{key, Fields, Refusal, Result};
use crate::insight::event::model::{own_key, CONFLICT, IDEMPOTENCY_REQUIRED, UNSUPPORTED_ROUTE};
use crate::kit::bounds::{
    ANONYMOUS_ID_MAX_BYTES, ASSIGNMENTS_MAX, EVENTS_WINDOW_SECONDS, ID_MAX_BYTES, SOURCE_ROUTE_MAX_BYTES,
};
use crate::kit::private::Private;

/// Nobody to assign.
pub const KEY_REQUIRED: Refusal =
    Refusal::new(400, "assignment_key_required", "Say by which stable key the visitor is known.");
/// Not an experiment of this shop.
pub const UNSUPPORTED: Refusal = Refusal::new(400, "unsupported_experiment", "No experiment has this id.");
/// All weights are zero.
pub const UNAVAILABLE: Refusal =
    Refusal::new(400, "assignment_unavailable", "This experiment takes nobody at the moment.");

/// Every refusal of an assignment.
pub const REFUSALS: &[&Refusal] = &[
    &IDEMPOTENCY_REQUIRED,
    &key::INVALID,
    &KEY_REQUIRED,
    &UNSUPPORTED,
    &UNSUPPORTED_ROUTE,
    &UNAVAILABLE,
    &INVALID_ORIGIN,
    &CONFLICT,
    &TOO_MANY,
];

/// How many assignments one address may ask for.
pub const RULE: Rule =
    Rule { path: "/api/analytics/assignments", max: ASSIGNMENTS_MAX, window_seconds: EVENTS_WINDOW_SECONDS };

/// Buckets that visitors fall into.
pub const BUCKETS: u32 = 100;

/// A variant as it takes part.
#[derive(Clone, Debug, Deserialize)]
pub struct Weighted {
    /// The variant.
    pub id: String,
    /// Its share, compared with those of the others.
    pub weight: i64,
}

/// The bucket of a visitor: the first 32 bits of SHA-256 over `experiment:key`, modulo 100.
pub fn bucket(experiment: &str, key: &str) -> u32 {
    let digest = Sha256::digest(format!("{experiment}:{key}").as_bytes());
    let first = digest.iter().take(4).fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    first % BUCKETS
}

/// The variant of a bucket: the first whose share, added to those before it, goes beyond the bucket's place in the whole.
pub fn variant_of(bucket: u32, variants: &[Weighted]) -> Option<&Weighted> {
    let share = |variant: &Weighted| i128::from(variant.weight.max(0));
    let total: i128 = variants.iter().map(share).sum();
    let place = i128::from(bucket) * total / i128::from(BUCKETS);
    let mut sum = 0;
    let mut beyond = variants.iter().filter(|variant| {
        sum += share(variant);
        sum > place
    });
    beyond.next().or_else(|| variants.last()).filter(|_| total > 0)
}

/// What is asked.
#[derive(Debug)]
pub struct Ask {
    /// The experiment.
    pub experiment: String,
    /// The page that asks.
    pub route: String,
    /// The caller's key.
    pub key: String,
    /// What the visitor is known by.
    pub visitor: Option<Private<String>>,
}

impl Ask {
    /// Reads what is asked.
    ///
    /// # Errors
    /// `idempotency_required`, `invalid_idempotency_key`, or `invalid_request` naming a field of the wrong form.
    pub fn read(fields: &Fields) -> Result<Self> {
        let key = own_key(fields)?;
        let visitor = match fields.bounded("anonymousAssignmentKey", ANONYMOUS_ID_MAX_BYTES)? {
            None => fields.bounded("anonymousId", ANONYMOUS_ID_MAX_BYTES)?,
            given => given,
        };
        Ok(Self {
            experiment: fields.bounded("experimentId", ID_MAX_BYTES)?.unwrap_or_default(),
            route: fields.bounded("sourceRoute", SOURCE_ROUTE_MAX_BYTES)?.unwrap_or_default(),
            key,
            visitor: visitor.map(Private::new),
        })
    }
}

/// An experiment as it stands.
#[derive(Debug, Deserialize)]
pub struct Standing {
    /// True when this page takes part.
    #[serde(deserialize_with = "truth")]
    pub placed: bool,
}

/// An assignment.
#[derive(Clone, Debug, Deserialize)]
pub struct Assigned {
    /// Its id.
    pub id: String,
    /// The experiment.
    pub experiment_id: String,
    /// The variant.
    pub variant_id: String,
    /// The page.
    pub source_route: String,
    /// The visitor's bucket.
    pub assignment_bucket: u32,
    /// True when it is this visitor's, in this experiment.
    #[serde(deserialize_with = "truth")]
    pub mine: bool,
}

/// `200` of an assignment.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Always true.
    pub ok: bool,
    /// True when the visitor had a variant already.
    pub duplicate: bool,
    /// `assigned`.
    pub status: &'static str,
    /// The assignment.
    pub experiment_assignment_id: String,
    /// The experiment.
    pub experiment_id: String,
    /// The variant.
    pub variant_id: String,
    /// The page.
    pub source_route: String,
    /// The visitor's bucket, 0 to 99.
    pub assignment_bucket: u32,
}

/// The body of an assignment, for the documents.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// The experiment.
    pub experiment_id: String,
    /// The page that asks.
    pub source_route: String,
    /// What the visitor is known by; `anonymousId` means the same. Only a keyed hash of it is kept.
    #[schemars(length(max = 240))]
    pub anonymous_assignment_key: String,
    /// 8 to 180 printable characters.
    #[schemars(length(min = 8, max = 180))]
    pub idempotency_key: String,
}

#[cfg(test)]
mod tests {
    use super::{bucket, variant_of, Weighted};

    fn weights(weights: &[i64]) -> Vec<Weighted> {
        let one = |(index, weight): (usize, &i64)| Weighted { id: index.to_string(), weight: *weight };
        weights.iter().enumerate().map(one).collect()
    }

    #[test]
    fn the_buckets_are_the_published_ones() {
        for (key, expected) in [("playwright-anonymous-visitor", 81), ("anon-1", 99), ("visitor-000", 93), ("ünï", 59)]
        {
            assert_eq!(bucket("experiment-opt-in-hero-promise", key), expected, "{key}");
        }
    }

    #[test]
    fn a_variant_holds_as_many_buckets_as_its_share() {
        for (shares, firsts) in [
            (vec![45, 45, 10], vec![45, 45, 10]),
            (vec![1, 1], vec![50, 50]),
            (vec![0, 1, 0], vec![0, 100, 0]),
            (vec![-5, 3, 1], vec![0, 75, 25]),
            (vec![1, 1, 1], vec![34, 33, 33]),
        ] {
            let variants = weights(&shares);
            let mut counts = vec![0; variants.len()];
            for bucket in 0..100 {
                let id: usize = variant_of(bucket, &variants).expect("a variant").id.parse().expect("a number");
                counts[id] += 1;
            }
            assert_eq!(counts, firsts, "{shares:?}");
        }
        assert!(variant_of(5, &weights(&[0, -1])).is_none() && variant_of(5, &[]).is_none());
    }
}
