//! The SQL of uploads.

use serde::Deserialize;

use crate::db::{Stmt, Value};
use crate::kit::bounds::UPLOAD_SWEEP_ROWS;
use crate::kit::id::TenantId;
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::{queries, stmt};

/// What an upload needs to be true.
pub mod truths {
    use crate::truth;

    truth! {
        /// The product holds the file, and the revision of its library.
        PLACE, RECORD_UPLOAD = "
        SELECT json_object('catalogRevisionId', c.revision_id) AS truth
        FROM access_products p
        JOIN access_catalogs c ON c.id = p.catalog_id
        JOIN access_product_assets x ON x.product_id = p.id
        JOIN access_assets a ON a.id = x.asset_id AND a.kind = 'file'
        WHERE p.tenant_id = ?1 AND p.id = json_extract(?2, '$.productId') AND a.id = json_extract(?2, '$.assetId')";
    }
}

queries! {
    /// Reserves the row of a receipt.
    RESERVE = "
        INSERT INTO product_asset_uploads (
          id, tenant_id, idempotency_key, actor_user_id, actor_email_hash, actor_role, product_id, asset_id, file_name,
          content_type, byte_count, body_sha256, r2_object_key, status, confirmation_text_sha256, created_at, updated_at)
        SELECT r.id, r.tenant_id, r.idempotency_key, r.actor, r.actor_email_hash, r.actor_role,
          json_extract(r.fields_json, '$.productId'), json_extract(r.fields_json, '$.assetId'),
          json_extract(r.fields_json, '$.fileName'), json_extract(r.fields_json, '$.contentType'),
          json_extract(r.fields_json, '$.byteCount'), json_extract(r.fields_json, '$.bodySha256'),
          'products/uploads/' || json_extract(r.fields_json, '$.productId') || '/'
            || json_extract(r.fields_json, '$.assetId') || '/' || r.id || '/' || json_extract(r.fields_json, '$.fileName'),
          'pending', r.confirmation_text_sha256, r.created_at, r.created_at
        FROM evidence_records r WHERE r.id = ?2 AND r.tenant_id = ?1
        ON CONFLICT DO NOTHING";

    /// A row while the upload of a key waits for its object.
    UNFINISHED = "
        SELECT u.id FROM evidence_records r JOIN product_asset_uploads u ON u.id = r.id AND u.status = 'pending'
        WHERE r.tenant_id = ?1 AND r.kind = ?2 AND r.actor = ?3 AND r.idempotency_key = ?4";

    /// The object is there.
    FINISH = "
        UPDATE product_asset_uploads SET status = 'stored_private', updated_at = ?3
        WHERE tenant_id = ?1 AND id = ?2 AND status = 'pending'";

    /// The upload of a key, for the attempt ?5.
    UPLOAD = "
        SELECT u.id AS uploadId, u.product_id AS productId, u.asset_id AS assetId, u.file_name AS fileName,
          u.content_type AS contentType, u.byte_count AS byteCount, u.body_sha256 AS bodySha256, u.status,
          u.id <> ?5 AS duplicate, u.created_at AS createdAt, u.updated_at AS updatedAt,
          u.status = 'stored_private' AS storedPrivate
        FROM evidence_records r JOIN product_asset_uploads u ON u.id = r.id
        WHERE r.tenant_id = ?1 AND r.kind = ?2 AND r.actor = ?3 AND r.idempotency_key = ?4";

    /// Gives up uploads that were not finished in time, of every shop.
    ABANDON = "
        UPDATE product_asset_uploads SET status = 'abandoned', updated_at = ?1
        WHERE status = 'pending' AND updated_at < ?2";

    /// Uploads that were given up so long ago that no request can still be putting their object.
    GIVEN_UP = "
        SELECT id, r2_object_key FROM product_asset_uploads
        WHERE status = 'abandoned' AND updated_at < ?1 ORDER BY updated_at LIMIT ?2";

    /// Their objects are gone.
    REMOVED = "
        UPDATE product_asset_uploads SET status = 'removed', updated_at = ?1
        WHERE status = 'abandoned' AND id IN (SELECT value FROM json_each(?2))";
}

/// Binds [`FINISH`].
pub fn finish(tenant: &TenantId, upload: &str, now: Moment) -> Stmt {
    stmt!(FINISH, tenant, upload, now)
}

/// Binds [`ABANDON`].
pub fn abandon(now: Moment, before: Moment) -> Stmt {
    stmt!(ABANDON, now, before)
}

/// Binds [`GIVEN_UP`].
pub fn given_up(before: Moment) -> Stmt {
    stmt!(GIVEN_UP, before, Value::Integer(UPLOAD_SWEEP_ROWS))
}

/// A row of [`GIVEN_UP`].
#[derive(Deserialize)]
pub struct GivenUp {
    /// The upload.
    pub id: String,
    /// Where its object would lie.
    pub r2_object_key: Private<String>,
}

/// Binds [`REMOVED`].
pub fn removed(now: Moment, ids: &[&str]) -> Stmt {
    stmt!(REMOVED, now, serde_json::Value::from(ids.to_vec()).to_string())
}
