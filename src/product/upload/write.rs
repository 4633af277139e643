//! The confirmed write.

use super::{model, page, sql};
use crate::confirm::{
    Act, After, Answers, Audit, By, Expect, Field, Guard, Parsed, Record, Step, Takes, Truth, Write, CONFLICT,
};
use crate::cx::{Cx, NewObject};
use crate::db::Stmt;
use crate::http::error::common;
use crate::http::Result;
use crate::kit::bounds::{UPLOAD_ID_MAX_CHARS, UPLOAD_NAME_MAX_CHARS};
use crate::product::{serve, OWNER_PAGE};
use crate::schema;

/// An owner stores a small private file.
pub static WRITE: Write = Write {
    kind: "product_asset_upload",
    path: model::PATH,
    operation: "uploadPrivateAsset",
    summary: "Stores a small private file for a product. Nobody gets it by this alone.",
    contract_id: model::CONTRACT_ID,
    contract_status: model::READY,
    issue: model::ISSUE,
    by: By::Owner,
    phrase: model::PHRASE,
    id_prefix: "product-asset-upload-",
    steps: &[
        Step::Phrase(&crate::confirm::UNCONFIRMED),
        needed("productId", Takes::Text(UPLOAD_ID_MAX_CHARS), "Product"),
        needed("assetId", Takes::Text(UPLOAD_ID_MAX_CHARS), "Asset"),
        needed("fileName", Takes::Text(UPLOAD_NAME_MAX_CHARS), "File name"),
        needed("contentType", Takes::Choice(model::CONTENT_TYPES), "Kind of file"),
        Step::Key(&common::INVALID_REQUEST),
        Step::Field(Field {
            name: model::REVISION_FIELD,
            takes: Takes::Text(UPLOAD_ID_MAX_CHARS),
            missing: None,
            label: "Revision of the library",
        }),
        Step::Act(Act {
            parse: model::read_file,
            form: page::content,
            names: &[
                ("bodyText", "The content, when it is text."),
                ("bodyBase64", "The content in base64, when it is not."),
            ],
            refusals: &[&model::ABANDONED],
        }),
    ],
    truth: Truth {
        select: &sql::truths::PLACE,
        record: &sql::truths::RECORD_UPLOAD,
        missing: &model::UNSUPPORTED_ASSET,
    },
    guards: &[Guard {
        truth: "catalogRevisionId",
        expect: Expect::Field(model::REVISION_FIELD),
        refusal: &model::STALE_REVISION,
        shows: &[("currentCatalogRevisionId", "catalogRevisionId")],
    }],
    effects: &[&sql::RESERVE],
    audit: Audit {
        event_kind: "product_asset_upload_recorded",
        actor_kind: "owner",
        summary: "The file is stored privately.",
    },
    after: Some(After { unfinished: &sql::UNFINISHED, run: |cx, parsed, id| Box::pin(store(cx, parsed, id)) }),
    conflict: &CONFLICT,
    answers: Answers {
        created: 201,
        recorded: model::READY,
        replayed: "owner-private-asset-upload-intent-replayed",
        records: &[Record {
            key: "upload",
            query: &sql::UPLOAD,
            read: model::read_upload,
            flags: &[],
            schema: schema!(crate::contract::redaction::Redacted<model::Upload>),
        }],
        flags: model::FLAGS,
    },
    describe: |cx, _| Box::pin(serve::describe_uploads(cx)),
    describe_query: &[],
    page: |_| OWNER_PAGE.to_owned(),
};

const fn needed(name: &'static str, takes: Takes, label: &'static str) -> Step {
    Step::Field(Field { name, takes, missing: Some(&common::INVALID_REQUEST), label })
}

/// Puts the object. The row is reserved, and waits when this fails.
async fn store(cx: &Cx, parsed: &Parsed, id: &str) -> Result<Vec<Stmt>> {
    let [product, asset, name] = ["productId", "assetId", "fileName"].map(|field| parsed.text(field));
    let metadata = [
        ("uploadId", id),
        ("productId", product),
        ("assetId", asset),
        ("issue", "151"),
        ("rawR2KeysIncluded", "false"),
        ("signedUrlsIncluded", "false"),
        ("uploadBodyReturned", "false"),
    ];
    let object = NewObject {
        key: format!("products/uploads/{product}/{asset}/{id}/{name}"),
        content: parsed.content.clone(),
        content_type: parsed.text("contentType").to_owned(),
        metadata: metadata.map(|(name, value)| (name, value.to_owned())).to_vec(),
    };
    cx.ports.objects.put(object).await?;
    Ok(vec![sql::finish(&cx.tenant, id, cx.now())])
}
