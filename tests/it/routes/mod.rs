//! One file per address, named after it.

mod api_billing_checkout;
mod api_commerce_checkout;
mod api_commerce_checkout_redirect;
mod api_commerce_checkout_refusals;
mod api_commerce_checkout_terms;
mod api_commerce_post_purchase_decisions;
mod api_products_download_tokens;
mod api_products_downloads;
mod api_products_entitlements;
mod api_stripe_webhook;
mod api_stripe_webhook_plans;
mod api_stripe_webhook_subscriptions;
mod healthz;
mod owner_gate;
mod offers_source_data;
mod pages;
mod pricing;
mod pricing_success;
mod sweep;
