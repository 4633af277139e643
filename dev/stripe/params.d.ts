/** The request bodies that the stand-in accepts, named once so that schema.mjs can find them. */
import type { Checkout } from '../../node_modules/stripe/esm/resources/Checkout/Sessions.js';

export type CheckoutSessionCreate = Checkout.SessionCreateParams;
