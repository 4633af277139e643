/** The part of the platform's types that the reference uses, and the statements taken from the Rust sources. */
interface D1Result<T = Record<string, unknown>> {
  results: T[];
  meta: { changes: number };
}

interface D1PreparedStatement {
  bind(...values: unknown[]): D1PreparedStatement;
  first<T>(): Promise<T | null>;
  all<T>(): Promise<D1Result<T>>;
  run(): Promise<D1Result>;
}

interface D1Database {
  prepare(sql: string): D1PreparedStatement;
  batch<T>(statements: D1PreparedStatement[]): Promise<D1Result<T>[]>;
}

interface R2ObjectBody {
  body: ReadableStream;
  size: number;
  httpMetadata?: { contentType?: string };
}

interface R2Bucket {
  get(key: string): Promise<R2ObjectBody | null>;
}

/** Made by bench/bundle.mjs from src/access/sql.rs and src/payment/sql.rs. */
declare module 'shop:sql' {
  export const CHECKOUT: string;
  export const ENTITLEMENTS: string;
  export const CREATE_TOKEN: string;
  export const TOKEN_STANDING: string;
  export const CLAIM_TOKEN: string;
  export const EXPIRE_TOKEN: string;
  export const AUDIT_DOWNLOAD: string;
  export const TOKEN: string;
  export const RECEIVE: string;
  export const MOVE_INTENT: string;
  export const GRANT: string;
  export const QUEUE_FULFILLMENT: string;
  export const AUDIT_EVENT: string;
  export const AUDIT_GRANTS: string;
  export const OUTCOME: string;
}
