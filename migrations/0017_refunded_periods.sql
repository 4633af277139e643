-- Which refunded charge closes a plan: the one that paid for its present period, and no other of the same customer.
-- So the latest paid invoice leaves behind what it came to and, where its event says it, by which payment.

ALTER TABLE billing_subscriptions ADD COLUMN paid_amount_cents INTEGER;
ALTER TABLE billing_subscriptions ADD COLUMN paid_payment_intent_id TEXT;

DROP VIEW subscription_access;

-- Every subscription beside its checkout. A subscription whose price is not a line of the checkout fits nothing.
-- fits: Stripe charges what the checkout promised. live: it runs, and it fits. refunded: the money for the present
-- period went back in full. The invoice of the present period names its charge by payment; where either side does not
-- know the payment, the charge must be of the invoice's amount and fall into the period (an hour of slack, because a
-- charge and its period may not begin in the same second). Until that invoice is known, the amount is what the
-- checkout or the subscription says.
CREATE VIEW subscription_access AS
SELECT b.id, b.tenant_id, b.checkout_intent_id, b.stripe_subscription_id, b.stripe_customer_id, b.price_id, b.status,
  b.stripe_mode, b.current_period_start, b.current_period_end, b.paid_until, b.cancel_at_period_end, b.ended_at,
  COALESCE(b.unit_amount_cents = l.unit_amount_cents AND b.currency = l.currency AND b.stripe_mode = i.stripe_mode, 0)
    AS fits,
  COALESCE(b.status IN ('active', 'trialing') AND b.unit_amount_cents = l.unit_amount_cents
    AND b.currency = l.currency AND b.stripe_mode = i.stripe_mode, 0) AS live,
  EXISTS (SELECT 1 FROM stripe_refunded_charges r
    WHERE r.stripe_customer_id = b.stripe_customer_id AND r.stripe_mode = b.stripe_mode
      AND r.refunded_cents >= r.amount_cents
      AND CASE
        WHEN b.paid_until >= b.current_period_end AND b.paid_payment_intent_id IS NOT NULL
          AND r.stripe_payment_intent_id IS NOT NULL
        THEN r.stripe_payment_intent_id = b.paid_payment_intent_id
        ELSE r.currency = i.currency
          -- An invoice that runs ahead of the subscription's own news pays for the period after the one it knows.
          AND r.charged_at >= CASE WHEN b.paid_until > b.current_period_end THEN b.current_period_end
            ELSE COALESCE(b.current_period_start, 0) END - 3600
          AND CASE WHEN b.paid_until >= b.current_period_end AND b.paid_amount_cents IS NOT NULL
            THEN r.amount_cents = b.paid_amount_cents
            ELSE r.amount_cents IN (i.amount_cents, b.unit_amount_cents) END
      END) AS refunded
FROM billing_subscriptions b
JOIN checkout_intents i ON i.id = b.checkout_intent_id
LEFT JOIN checkout_line_items l ON l.checkout_intent_id = i.id AND l.price_id = b.price_id;
