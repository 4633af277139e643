//! One file per address, named after it.

mod admin_products;
mod api_admin_products_assets;
mod api_admin_products_revocation_intents;
mod api_auth_ask_again;
mod api_auth_magic_link;
mod api_auth_sign_in;
mod api_auth_sign_up;
mod api_commerce_checkout;
mod api_commerce_checkout_redirect;
mod api_commerce_checkout_refusals;
mod api_commerce_checkout_terms;
mod api_commerce_post_purchase_decisions;
mod api_products_download_tokens;
mod api_products_downloads;
mod api_products_entitlements;
mod api_products_protected_content;
mod api_stripe_webhook;
mod healthz;
mod login;
mod owner_gate;
mod offers_source_data;
mod pages;
mod products_content;
mod products_source_data;
mod sweep;
