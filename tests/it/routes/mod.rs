//! One file per address, named after it.

mod affiliates_pages;
mod affiliates_source_data;
mod api_admin_affiliates_actions;
mod api_affiliates_clicks;
mod api_affiliates_commission_ledger;
mod api_commerce_checkout;
mod api_commerce_checkout_redirect;
mod api_commerce_checkout_referral;
mod api_commerce_checkout_refusals;
mod api_commerce_checkout_terms;
mod api_commerce_post_purchase_decisions;
mod api_products_download_tokens;
mod api_products_downloads;
mod api_products_entitlements;
mod api_stripe_webhook;
mod healthz;
mod offers_source_data;
mod owner_gate;
mod pages;
mod r_code;
mod sweep;
