//! Names, refusals and the small rules of uploads.

use base64::prelude::{Engine, BASE64_STANDARD};
use serde_json::Value;

use crate::confirm::Parsed;
use crate::contract::redaction::{self, Flag};
use crate::db::{truth, At, Rows};
use crate::http::fields::wrong;
use crate::http::{Error, Fields, Refusal, Result};
use crate::kit::bounds::{UPLOAD_KEPT_NAME_MAX_CHARS, UPLOAD_MAX_BYTES};
use crate::kit::hash::sha256_hex;
use crate::kit::time::Iso;
use crate::record;

/// The address of the write.
pub const PATH: &str = "/api/admin/products/assets";
/// The contract's id.
pub const CONTRACT_ID: &str = "owner-private-product-asset-upload-intents";
/// The contract's status, which is also the status of a first time.
pub const READY: &str = "owner-private-asset-upload-intents-ready";
/// The contract's issue.
pub const ISSUE: u32 = 151;
/// What an owner types.
pub const PHRASE: &str = "Create private product asset upload intent";
/// The field that names the library's revision.
pub const REVISION_FIELD: &str = "expectedCatalogRevisionId";

/// The flags of every answer about uploads.
pub const FLAGS: &[Flag] = &[
    redaction::RAW_R2_KEYS,
    redaction::SIGNED_URLS,
    redaction::UPLOAD_BODY,
    redaction::PRIVATE_METADATA,
    redaction::OWNER_EMAIL,
    redaction::BUYER_DATA,
];

/// The media types that can be stored: what shops sell in small files. Nothing that a browser would run.
pub const CONTENT_TYPES: &[&str] = &[
    "text/plain; charset=utf-8",
    "text/plain",
    "text/markdown",
    "text/csv",
    "application/pdf",
    "application/epub+zip",
    "application/zip",
    "application/json",
    "image/png",
    "image/jpeg",
    "image/webp",
    "audio/mpeg",
];

/// The product does not hold such a file.
pub const UNSUPPORTED_ASSET: Refusal =
    Refusal::new(404, "unsupported_asset", "This product has no file under that asset.");
/// The library was edited since.
pub const STALE_REVISION: Refusal =
    Refusal::new(409, "stale_catalog_revision", "The library was changed meanwhile. Look at it again first.");
/// The upload was given up before it was finished.
pub const ABANDONED: Refusal =
    Refusal::new(409, "upload_abandoned", "This upload was not finished in time. Send the file again as a new upload.");

/// Reads the file, and puts what identifies it among the fields.
///
/// # Errors
/// `invalid_request` naming the field.
pub fn read_file(fields: &Fields, parsed: &mut Parsed) -> Result<()> {
    let name = kept_name(parsed.text("fileName")).ok_or_else(|| wrong("fileName"))?;
    parsed.fields.insert("fileName".to_owned(), Value::from(name));
    let (field, content) = match fields.exact("bodyText")? {
        Some(text) => ("bodyText", text.as_bytes().to_vec()),
        None => {
            let encoded = fields.exact("bodyBase64")?.ok_or_else(|| wrong("bodyText"))?;
            ("bodyBase64", BASE64_STANDARD.decode(encoded).map_err(|_| wrong("bodyBase64"))?)
        }
    };
    if content.is_empty() || content.len() > UPLOAD_MAX_BYTES {
        return Err(wrong(field));
    }
    parsed.fields.insert("byteCount".to_owned(), Value::from(content.len()));
    parsed.fields.insert("bodySha256".to_owned(), Value::from(sha256_hex(&content)));
    parsed.content = content;
    Ok(())
}

/// A name that is safe as part of a key and in a header; `None` when it is too long to be kept whole.
fn kept_name(name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut kept = String::new();
    let mut in_run = false;
    for c in name.trim().chars().map(|c| if matches!(c, '/' | '\\') { '-' } else { c }) {
        if plain(c) {
            kept.push(c);
        } else if !in_run {
            kept.push('-');
        }
        in_run = !plain(c);
    }
    let kept = kept.trim_matches('-');
    let kept = if kept.is_empty() { "private-product-asset.txt" } else { kept };
    (kept.len() <= UPLOAD_KEPT_NAME_MAX_CHARS).then(|| kept.to_owned())
}

record! {
    /// An upload, as an owner sees it.
    pub struct Upload {
        /// The upload.
        upload_id: String,
        /// The product.
        product_id: String,
        /// The asset.
        asset_id: String,
        /// The name that was kept.
        file_name: String,
        /// The media type.
        content_type: String,
        /// Its size.
        byte_count: i64,
        /// SHA-256 of its content.
        body_sha256: String,
        /// `stored_private`.
        status: String,
        /// True when it was uploaded before.
        #[serde(deserialize_with = "truth")]
        duplicate: bool,
        /// When it was uploaded.
        created_at: Iso,
        /// When it last changed.
        updated_at: Iso,
        /// True: the file is stored.
        #[serde(deserialize_with = "truth")]
        stored_private: bool,
    }
}

/// Reads the record of an upload.
///
/// # Errors
/// [`ABANDONED`] for one that was given up.
pub fn read_upload(rows: &Rows, at: At) -> Result<Option<String>> {
    let Some(upload) = rows.first::<Upload>(at)? else { return Ok(None) };
    if !upload.stored_private {
        return Err(Error::from(&ABANDONED));
    }
    let mut text = serde_json::to_string(&upload)?;
    redaction::append(&mut text, FLAGS);
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::kept_name;

    #[test]
    fn a_name_keeps_what_is_safe() {
        for (given, kept) in [
            ("plan.pdf", "plan.pdf"),
            ("  My plan (final).pdf ", "My-plan-final-.pdf"),
            ("../../etc/passwd", "..-..-etc-passwd"),
            ("C:\\files\\plan.pdf", "C--files-plan.pdf"),
            ("für Ana.txt", "f-r-Ana.txt"),
            ("—", "private-product-asset.txt"),
            ("", "private-product-asset.txt"),
        ] {
            assert_eq!(kept_name(given).as_deref(), Some(kept), "{given}");
        }
        assert_eq!(kept_name(&"a".repeat(121)), None);
    }
}
