/**
 * The yardstick: the purchase routes as a good engineer would first write them on Hono and plain D1, on the same
 * schema and seed, with the same answers. Under `/batch` the same routes make the same D1 calls as the Rust Worker.
 */
import { Hono } from 'hono';
import { downloadBatch, downloadPlain } from './download';
import { lookupBatch, lookupPlain } from './lookup';
import { securityHeaders, type Env } from './shared';
import { tokenBatch, tokenPlain } from './token';
import { webhookBatch, webhookPlain } from './webhook';

const app = new Hono<Env>();

app.use(securityHeaders);
app.get('/api/products/entitlements', lookupPlain);
app.post('/api/products/download-tokens', tokenPlain);
app.get('/api/products/downloads', downloadPlain);
app.post('/api/stripe/webhook', webhookPlain);
app.get('/batch/api/products/entitlements', lookupBatch);
app.post('/batch/api/products/download-tokens', tokenBatch);
app.get('/batch/api/products/downloads', downloadBatch);
app.post('/batch/api/stripe/webhook', webhookBatch);

export default app;
