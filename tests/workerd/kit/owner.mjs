/**
 * An owner who is signed in: rows of their own, and a cookie signed as the Worker signs it.
 *
 * Never goes through the sign-in; other tests do.
 */
import { createHash, createHmac } from 'node:crypto';
import { OWNER, SECRETS } from './shop.mjs';

const TOKEN = 'OwnerOwnerOwnerOwnerOwnerOwner12';
/** A session's life, in seconds. */
const LIFE = 604_800;

/** Sign an owner in; returns the headers of a JSON request from a page of the shop. */
export async function ownerHeaders({ db, origin }) {
  const now = Math.floor(Date.now() / 1000);
  const hash = createHash('sha256').update(TOKEN).digest('hex');
  await db.run(`INSERT INTO user (id, name, email, email_verified, created_at, updated_at)
    VALUES ('OwnerOwnerOwnerOwnerOwnerOwnerAb', 'Olga Owner', ?2, 1, ?1, ?1) ON CONFLICT DO NOTHING`, now, OWNER);
  await db.run(`INSERT INTO session (id, expires_at, token, created_at, updated_at, user_id)
    VALUES ('SessionSessionSessionSessionAbcd', ?1, ?2, ?3, ?3, 'OwnerOwnerOwnerOwnerOwnerOwnerAb') ON CONFLICT DO NOTHING`, now + LIFE, hash, now);
  const signature = createHmac('sha256', SECRETS.auth).update(TOKEN).digest('base64');
  const cookie = `better-auth.session_token=${encodeURIComponent(`${TOKEN}.${signature}`)}`;
  return { cookie, origin, 'content-type': 'application/json' };
}
