/**
 * What the demo shop of fixtures/seed/ sells, as the tests name it, and the secrets of a test world.
 *
 * Never holds a secret that opens anything.
 */

/** Test secrets; the shapes are what the Worker checks. */
export const SECRETS = { key: 'sk_test_W0rkerdSuiteW0rkerdSuite', webhook: 'whsec_W0rkerdSuiteW0rkerdSuite', auth: 'workerd-suite-workerd-suite-workerd' };
/** The address that owns the shop. */
export const OWNER = 'owner@example.test';
/** The text that a start must repeat. */
export const CONFIRMATION = 'Create checkout for Bumpgrade launch pass at 9.00 USD';
/** The price of the order bump. */
export const BUMP = 'price-launch-checklist-bump-usd';
/** What the launch pass and its bump cost together, in cents. */
export const TOTAL_CENTS = 2_800;
/** The event that says a session is done. */
export const COMPLETED = 'checkout.session.completed';
/** The headers of a JSON body. */
export const JSON_TYPE = { 'content-type': 'application/json' };
