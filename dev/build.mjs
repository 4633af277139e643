/**
 * Builds the Worker: Rust to `build/index.js` and `build/index_bg.wasm`. Skipped when nothing it is made from
 * changed since the last build; `--force` builds anyway, `--verbose` shows the compiler at work.
 *
 * Never falls back to a tool of another version: worker-build's warning about that is an error here.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture } from './kit/exec.mjs';
import { PINNED_BIN, ROOT, TOOLS, WASM_BINDGEN, WORKER_BUILD, findTool, npmBin, unwindSysroot } from './tools.mjs';

/** What the Worker is made from. */
const INPUTS = ['src', 'schema', 'Cargo.toml', 'Cargo.lock', 'build.rs', 'rust-toolchain.toml', 'dev/build.mjs', 'dev/tools.mjs'];
const OUTPUTS = ['build/index.js', 'build/index_bg.wasm'];
const STAMP = join(TOOLS, 'build-stamp.json');
/** Before the first section of a wasm file stand its magic number and its version. */
const WASM_HEADER_BYTES = 8;
const CUSTOM_SECTION = 0;
/** The last of the exports; its name is followed by what closes the list. */
const EXPORTED_CLASS = /,([\w$]+) as default(\};?\s*$)/;
/** The events that `src/edge/mod.rs` takes. */
const HANDLERS = ['fetch', 'queue', 'scheduled'];
const FALLBACK_WARNING = 'not found, falling back';

/** Build if needed; resolves to true when something was built. */
export async function build({ force = false, verbose = false } = {}) {
  const unwind = (await unwindSysroot()) !== null && existsSync(join(PINNED_BIN, 'cargo'));
  const stamp = JSON.stringify({ unwind, inputs: INPUTS.flatMap((name) => marksOf(name)) });
  if (!force && OUTPUTS.every((name) => existsSync(join(ROOT, name))) && readStamp() === stamp) return false;
  const tool = await findTool('worker-build', WORKER_BUILD);
  if (!tool) throw new Error(`worker-build ${WORKER_BUILD} is missing. Run: npm run setup`);
  console.log(`build: compiling the Worker${existsSync(join(ROOT, 'target')) ? '' : ' (about two minutes the first time)'}`);
  const from = performance.now();
  await runWorkerBuild(tool, unwind, verbose);
  mkdirSync(TOOLS, { recursive: true });
  writeFileSync(STAMP, stamp);
  console.log(`build: done in ${Math.round((performance.now() - from) / 1000)} s, panic=${unwind ? 'unwind' : 'abort'}`);
  return true;
}

async function runWorkerBuild(tool, unwind, verbose) {
  const args = ['--release', ...(unwind ? ['--panic-unwind'] : [])];
  const { code, text } = await capture(tool, args, { cwd: ROOT, env: await buildEnv(unwind) });
  const fellBack = text.includes(FALLBACK_WARNING);
  if (verbose || code !== 0 || fellBack) process.stderr.write(text);
  if (code !== 0) throw new Error(`worker-build ended with ${code}.`);
  if (fellBack) throw new Error('worker-build did not use the pinned tools (see its warning above).');
  const lost = OUTPUTS.find((name) => !existsSync(join(ROOT, name)));
  if (lost) throw new Error(`The build left no ${lost}.`);
  withoutNames(join(ROOT, 'build/index_bg.wasm'));
  withoutExtras(join(ROOT, 'build/index.js'), unwind);
}

/**
 * Drops the list of function names, a sixth of the file: a panic names its file and line without it. It is dropped
 * here because wasm-bindgen needs it until the end of the build.
 */
function withoutNames(path) {
  const wasm = readFileSync(path);
  const kept = [wasm.subarray(0, WASM_HEADER_BYTES)];
  for (let at = WASM_HEADER_BYTES; at < wasm.length;) {
    const size = leb128(wasm, at + 1);
    const end = size.next + size.value;
    const name = leb128(wasm, size.next);
    const isNames = wasm[at] === CUSTOM_SECTION && wasm.toString('utf8', name.next, name.next + name.value) === 'name';
    if (!isNames) kept.push(wasm.subarray(at, end));
    at = end;
  }
  writeFileSync(path, Buffer.concat(kept));
}

/**
 * Two things that the generated script does for every request, and that nobody here needs:
 *
 * - worker-build exports a class, which the runtime makes anew for each request, with a proxy around it. Only Workers
 *   that call each other's methods need one; plain handlers do. Where a panic aborts, that proxy starts the instance
 *   anew, so there it stays.
 * - wasm-bindgen registers every closure to be freed when JavaScript collects it. Ours are freed when Rust drops them: a
 *   future owns those that it waits with, and none is handed over for good. Without a registry it leaves that out.
 *
 * Together they are one in twenty-five of a look-up's time (npm run bench).
 */
function withoutExtras(path, unwind) {
  const text = readFileSync(path, 'utf8');
  const [, name] = EXPORTED_CLASS.exec(text) ?? [];
  if (!name) throw new Error('worker-build exports its handlers in another way than dev/build.mjs expects.');
  const act = (event) => (unwind ? `${name}.prototype.${event}.call({env,ctx},on)` : `new ${name}(ctx,env).${event}(on)`);
  const handlers = HANDLERS.map((event) => `${event}:(on,env,ctx)=>${act(event)}`);
  const rest = text.replace(EXPORTED_CLASS, '$2');
  writeFileSync(path, `var FinalizationRegistry;${rest}\nexport default{${handlers}};\n`);
}

/** An unsigned number as WebAssembly writes it: seven bits a byte, the last byte below 128. */
function leb128(bytes, at) {
  let value = 0;
  for (let index = 0; ; index += 1) {
    const byte = bytes[at + index];
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return { value, next: at + index + 1 };
  }
}

async function buildEnv(unwind) {
  // Every Workers runtime has SIMD; the scans over each answer are several times quicker with it.
  const env = { ...process.env, RUN_TO_COMPLETION: '1', RUSTFLAGS: [process.env.RUSTFLAGS, '-Ctarget-feature=+simd128'].filter(Boolean).join(' ') };
  const tools = { WASM_BINDGEN_BIN: await findTool('wasm-bindgen', WASM_BINDGEN), WASM_OPT_BIN: npmBin('wasm-opt'), ESBUILD_BIN: npmBin('esbuild') };
  for (const [name, path] of Object.entries(tools)) if (path && existsSync(path)) env[name] = path;
  if (unwind) {
    env.PATH = `${PINNED_BIN}${delimiter}${process.env.PATH}`;
    // With unwinding std is compiled here too, so it can be the small one: shorter sorts and number formats.
    env.CARGO_UNSTABLE_BUILD_STD_FEATURES = 'panic-unwind,optimize_for_size';
  }
  return env;
}

/** Path, time and size of every file under `name`. */
function marksOf(name) {
  const path = join(ROOT, name);
  if (!existsSync(path)) return [];
  const stat = statSync(path);
  if (!stat.isDirectory()) return [`${name} ${stat.mtimeMs} ${stat.size}`];
  return readdirSync(path).sort().flatMap((child) => marksOf(`${name}/${child}`));
}

function readStamp() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flags = process.argv.slice(2);
  await build({ force: flags.includes('--force'), verbose: flags.includes('--verbose') }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
