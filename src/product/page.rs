//! The owner's page about products: the newest purchases, private files, and notes that access should end.

use maud::{html, Markup};

use super::revocation::{self, RevocationIntent};
use super::sql::{EntitlementRow, PlaceRow, UploadedRow};
use super::{upload, OWNER_PAGE, WRITES};
use crate::confirm::page::{flash, form};
use crate::cx::Cx;
use crate::http::Req;
use crate::kit::money::Money;
use crate::page::{amount, component, layout, Frame};

/// What the owner's page shows.
pub struct OwnerView<'a> {
    /// The owner's name.
    pub owner: &'a str,
    /// The newest entitlements.
    pub entitlements: &'a [EntitlementRow],
    /// The one whose access should end.
    pub chosen: Option<&'a EntitlementRow>,
    /// What a file can be uploaded for.
    pub places: &'a [PlaceRow],
    /// What a file is uploaded for.
    pub place: Option<&'a PlaceRow>,
    /// The newest uploads.
    pub uploads: &'a [UploadedRow],
    /// The newest notes.
    pub intents: &'a [RevocationIntent],
}

/// The page. Each form is made from its write; the words that confirm it are typed by the owner.
pub fn owner(cx: &Cx, req: &Req, view: &OwnerView<'_>) -> Markup {
    layout(
        &Frame::titled("Products"),
        html! {
            section.hero {
                p.eyebrow { "Signed in as " (view.owner) }
                h1 { "Products" }
                p.lead { "Who has access to what, the private files behind your products, and your notes." }
                (flash(req, WRITES))
            }
            @if let Some(row) = view.chosen { (end_access(cx, row)) }
            @if let Some(place) = view.place { (upload_file(cx, place)) }
            (purchases(view.entitlements))
            (files(view.places, view.uploads))
            (notes(view.intents))
        },
    )
}

fn end_access(cx: &Cx, row: &EntitlementRow) -> Markup {
    let given = [("entitlementId", row.id.clone()), (revocation::STATUS_FIELD, row.status.clone())];
    html! {
        section.panel #end-access aria-labelledby="end-title" {
            h2 #end-title { "Note that access should end" }
            p {
                (row.product_title) ", granted " (row.granted_at.for_people())
                @if let Some(email) = &row.buyer_email { " to " strong { (email.open()) } }
                ". This is a note for you: the buyer keeps access until somebody ends it."
            }
            (form(cx, &revocation::WRITE, &given, "Record the note"))
            a href=(OWNER_PAGE) { "Never mind" }
        }
    }
}

fn upload_file(cx: &Cx, place: &PlaceRow) -> Markup {
    let given = [
        ("productId", place.product_id.clone()),
        ("assetId", place.asset_id.clone()),
        (upload::REVISION_FIELD, place.revision_id.clone()),
    ];
    html! {
        section.panel #upload aria-labelledby="upload-title" {
            h2 #upload-title { "Upload a private file" }
            p { "For " strong { (place.product_title) } ", " (place.asset_title) ". Buyers do not get it by this alone." }
            (form(cx, &upload::WRITE, &given, "Store the file"))
            a href=(OWNER_PAGE) { "Never mind" }
        }
    }
}

fn purchases(rows: &[EntitlementRow]) -> Markup {
    html! {
        section aria-labelledby="purchases-title" {
            h2 #purchases-title { "Newest purchases" }
            @if rows.is_empty() {
                p.empty { "Nobody has bought anything yet. The first purchase shows up here on its own." }
            } @else {
                div.table.wide role="region" aria-label="Purchases, one in each row" tabindex="0" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Granted" }
                                th scope="col" { "Access to" }
                                th scope="col" { "Buyer" }
                                th scope="col" { "Checkout" }
                                th scope="col" { "Work to do" }
                                th scope="col" { "Evidence" }
                                th scope="col" { span.hidden { "Actions" } }
                            }
                        }
                        tbody { @for row in rows { (purchase(row)) } }
                    }
                }
            }
        }
    }
}

fn purchase(row: &EntitlementRow) -> Markup {
    let paid = row.amount_cents.zip(row.currency).and_then(|(cents, currency)| Money::new(cents, currency));
    html! {
        tr {
            td.date { (row.granted_at.for_people()) }
            th scope="row" {
                (row.product_title)
                span.under { (if row.status == "active" { "Open" } else { "Closed" }) " · " (row.template_title) }
            }
            td {
                @match &row.buyer_email {
                    Some(email) => (email.open()),
                    None => span.soft { "No address" },
                }
            }
            td {
                @if let Some(money) = paid { (amount(money)) }
                span.under { (row.checkout_status.as_deref().map_or("No checkout".to_owned(), in_words)) }
            }
            td {
                @match (&row.task_status, &row.task_kind) {
                    (Some(status), Some(kind)) => { (in_words(status)) span.under { (in_words(kind)) } }
                    _ => span.soft { "Nothing" },
                }
            }
            td {
                (mark(row.has_event, "Signed event"))
                (mark(row.has_reference, "Stripe reference"))
            }
            td {
                a href={ (OWNER_PAGE) "?entitlement=" (component(&row.id)) "#end-access" } {
                    "End access…" span.hidden { " to " (row.product_title) ", granted " (row.granted_at.for_people()) }
                }
            }
        }
    }
}

fn mark(there: bool, what: &str) -> Markup {
    html! { span.mark { (if there { "✓ " } else { "– " }) (what) @if !there { span.hidden { ": none" } } } }
}

fn files(places: &[PlaceRow], uploads: &[UploadedRow]) -> Markup {
    html! {
        section aria-labelledby="files-title" {
            h2 #files-title { "Private files" }
            @if places.is_empty() {
                p.empty { "No product holds a file yet." }
            } @else {
                ul.choices {
                    @for place in places {
                        li {
                            span { (place.product_title) span.under { (place.asset_title) } }
                            a.button.quiet href={
                                (OWNER_PAGE) "?product=" (component(&place.product_id)) "&asset=" (component(&place.asset_id)) "#upload"
                            } { "Upload a file" span.hidden { " for " (place.product_title) } }
                        }
                    }
                }
            }
            @if uploads.is_empty() {
                p.empty { "Nothing was uploaded yet." }
            } @else {
                div.table role="region" aria-label="Uploaded files" tabindex="0" {
                    table {
                        thead {
                            tr { th scope="col" { "File" } th scope="col" { "For" } th scope="col" { "Size" } th scope="col" { "Uploaded" } th scope="col" { "State" } }
                        }
                        tbody {
                            @for row in uploads {
                                tr {
                                    th scope="row" { (row.file_name) }
                                    td { (row.product_title) span.under { (row.asset_title) } }
                                    td { (row.byte_count) " bytes" }
                                    td.date { (row.created_at.for_people()) }
                                    td { (upload_state(&row.status)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn upload_state(status: &str) -> &'static str {
    match status {
        "stored_private" => "Stored",
        "pending" => "Not finished yet",
        _ => "Given up",
    }
}

fn notes(intents: &[RevocationIntent]) -> Markup {
    html! {
        section aria-labelledby="notes-title" {
            h2 #notes-title { "Notes that access should end" }
            p.soft { "A note changes nothing by itself, and the buyer is not told." }
            @if intents.iter().all(|intent| !intent.owner_confirmed) {
                p.empty { "You have not noted anything yet." }
            } @else {
                div.table role="region" aria-label="Notes, one in each row" tabindex="0" {
                    table {
                        thead { tr { th scope="col" { "Noted" } th scope="col" { "Access to" } th scope="col" { "Why" } } }
                        tbody {
                            @for intent in intents.iter().filter(|intent| intent.owner_confirmed) {
                                tr {
                                    td.date { (intent.created_at.0.for_people()) }
                                    th scope="row" { (intent.product_title) }
                                    td {
                                        (intent.reason_code.as_deref().map_or(String::new(), in_words))
                                        @if intent.private_reason_recorded { span.under { "With a reason in confidence" } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `customer_request` as `Customer request`.
fn in_words(code: &str) -> String {
    let spaced = code.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
