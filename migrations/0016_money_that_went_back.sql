-- Which clicks may still be used, and which commissions are doubtful.

-- A checkout that came to nothing does not use its click up.
DROP VIEW affiliate_attachable_clicks;

-- Each click with each offer stack that it may be credited for, and until when. Opening a checkout, attaching the click
-- and saying why it was not attached all ask this one view.
CREATE VIEW affiliate_attachable_clicks AS
SELECT c.tenant_id, c.id AS referral_click_id, s.id AS stack_id, c.clicked_at,
  c.clicked_at + c.window_days * 86400 AS closes_at,
  (SELECT COUNT(*) FROM checkout_referral_attributions x JOIN checkout_intents i ON i.id = x.checkout_intent_id
    WHERE x.referral_click_id = c.id AND i.status NOT IN ('expired', 'payment_failed', 'stripe_error')) AS uses
FROM affiliate_referral_clicks c
JOIN offer_stacks s ON s.tenant_id = c.tenant_id
  AND c.destination_route IN (s.linked_funnel_route, '/offers/' || s.slug);
