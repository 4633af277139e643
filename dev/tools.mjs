/**
 * Where things are and which versions of the build tools are pinned.
 *
 * Never reads the network or changes a file; only node: modules, because it runs before anything is installed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output, which } from './kit/exec.mjs';

/** The repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Tools that setup installs for this repository alone. */
export const TOOLS = join(ROOT, '.tools');
/** Wrappers that stand in front of cargo, rustc and rustup during the build. */
export const PINNED_BIN = join(TOOLS, 'pinned');
/** Must equal the `worker` crate in Cargo.lock. */
export const WORKER_BUILD = '0.8.7';
/** Must equal `wasm-bindgen` in Cargo.lock. */
export const WASM_BINDGEN = '0.2.129';
/** The compiler that rebuilds std with unwinding panics. */
export const NIGHTLY = 'nightly-2026-05-20';
export const WASM_TARGET = 'wasm32-unknown-unknown';
/** First Node release that wrangler runs on: major, minor. */
export const NODE_MIN = [22, 12];

/** A program of an npm package. */
export function npmBin(name) {
  return join(ROOT, 'node_modules', '.bin', name);
}

/** True when the running Node is recent enough for wrangler. */
export function nodeIsRecent() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
}

/** The path of a build tool of exactly this version, or null. */
export async function findTool(name, version) {
  const places = [join(TOOLS, 'bin', name), await which(name), join(process.env.HOME ?? '', '.cargo', 'bin', name)];
  for (const place of places) {
    if (!place || !existsSync(place)) continue;
    const said = await output(place, ['--version']);
    if (said?.trim().split(/\s+/).at(-1) === version) return place;
  }
  return null;
}

/** The folder of the pinned nightly when it can rebuild std for wasm, or null. */
export async function unwindSysroot() {
  const env = { ...process.env, RUSTUP_AUTO_INSTALL: '0' };
  const sysroot = (await output('rustc', [`+${NIGHTLY}`, '--print', 'sysroot'], { env }))?.trim();
  const parts = sysroot && [join(sysroot, 'lib/rustlib/src/rust/library/std'), join(sysroot, 'lib/rustlib', WASM_TARGET)];
  return parts?.every((part) => existsSync(part)) ? sysroot : null;
}
