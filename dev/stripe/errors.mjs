/**
 * Errors in the shape of Stripe's API.
 *
 * Never carries anything that Stripe would not send.
 */

/** An answer other than 200, with Stripe's error body. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
  body() {
    const { code } = this.error;
    const docs = code ? { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` } : {};
    return { error: { ...this.error, ...docs } };
  }
}

/** 400 `invalid_request_error`. */
export function invalid(message, param, code) {
  return new ApiError(400, { ...(code ? { code } : {}), message, ...(param ? { param } : {}), type: 'invalid_request_error' });
}

/** 404 for an object that does not exist. */
export function missing(kind, id) {
  return new ApiError(404, { code: 'resource_missing', message: `No such ${kind}: '${id}'`, param: 'id', type: 'invalid_request_error' });
}

/** 401 for a key that is not ours; the key is shown the way Stripe masks it. */
export function unauthorized(key) {
  const message = key === ''
    ? 'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. \'Authorization: Bearer YOUR_SECRET_KEY\').'
    : `Invalid API Key provided: ${key.slice(0, 8)}${'*'.repeat(12)}${key.slice(-4)}`;
  return new ApiError(401, { message, type: 'invalid_request_error' });
}

/** 404 for an address that the stand-in does not have. */
export function unknownUrl(method, path) {
  return new ApiError(404, { message: `Unrecognized request URL (${method}: ${path}).`, type: 'invalid_request_error' });
}

/** An act that the state of an object does not allow. */
export class ActError extends Error {}
