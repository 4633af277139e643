/**
 * Installs what the repository needs and is not there: npm packages, the wasm target, the pinned build tools.
 * `npm run setup` runs it alone; every other command runs it first. Quick and silent when nothing is missing.
 *
 * Never installs into the user's own folders except Rust toolchains (rustup has one place for them), and never
 * replaces a tool that has the right version. Only node: modules, because node_modules may not exist yet.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, output, run, which } from './kit/exec.mjs';
import { NIGHTLY, PINNED_BIN, ROOT, TOOLS, WASM_BINDGEN, WASM_TARGET, WORKER_BUILD, findTool, unwindSysroot } from './tools.mjs';

/** How long GitHub may take to answer before it counts as unreachable, in milliseconds. */
const GITHUB_WAIT_MS = 3_000;
/** Where distributions put Chromium. */
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Install what is missing. */
export async function setup() {
  await setupNpm();
  await setupRust();
  await setupWorkerBuild();
  await setupWasmBindgen();
  await setupUnwind();
}

function say(line) {
  console.log(`setup: ${line}`);
}

async function setupNpm() {
  if (npmIsCurrent()) return;
  say('npm packages');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT });
}

/** True when node_modules holds exactly the versions of package-lock.json. */
function npmIsCurrent() {
  const hidden = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    return present[path] ? present[path].version === entry.version : Boolean(entry.optional || entry.peer);
  });
}

async function setupRust() {
  if (!(await output('rustc', ['--version'], { cwd: ROOT }))) {
    throw new Error('Rust is missing. Install it with rustup (https://rustup.rs), then run this again.');
  }
  const libs = await output('rustc', ['--print', 'target-libdir', '--target', WASM_TARGET], { cwd: ROOT });
  if (libs && existsSync(libs.trim())) return;
  if (!(await which('rustup'))) throw new Error(`This Rust has no ${WASM_TARGET} target, and there is no rustup to add it with.`);
  say(`Rust target ${WASM_TARGET}`);
  await run('rustup', ['target', 'add', WASM_TARGET], { cwd: ROOT });
}

async function setupWorkerBuild() {
  if (await findTool('worker-build', WORKER_BUILD)) return;
  say(`worker-build ${WORKER_BUILD} (compiles for a few minutes)`);
  await cargoInstall('worker-build', WORKER_BUILD);
}

async function setupWasmBindgen() {
  if (await findTool('wasm-bindgen', WASM_BINDGEN)) return;
  if (await githubAnswers()) return;
  say(`wasm-bindgen ${WASM_BINDGEN} (compiles for a few minutes)`);
  await cargoInstall('wasm-bindgen-cli', WASM_BINDGEN);
}

async function githubAnswers() {
  try {
    const response = await fetch('https://github.com', { method: 'HEAD', signal: AbortSignal.timeout(GITHUB_WAIT_MS) });
    return response.ok;
  } catch {
    return false;
  }
}

async function cargoInstall(name, version) {
  await run('cargo', ['install', name, '--version', version, '--locked', '--quiet', '--root', TOOLS], { cwd: ROOT });
}

/** The pinned nightly that rebuilds std, so that one panic ends one request only. Without it the build aborts on panic. */
async function setupUnwind() {
  if (!(await unwindSysroot())) await installNightly();
  if (await unwindSysroot()) await writePinned();
}

async function installNightly() {
  if (!(await which('rustup'))) return say(`no rustup, so no ${NIGHTLY}: the Worker is built with panic=abort`);
  say(`Rust ${NIGHTLY}`);
  const args = ['toolchain', 'install', NIGHTLY, '--profile', 'minimal', '--component', 'rust-src', '--target', WASM_TARGET, '--no-self-update'];
  const { code } = await capture('rustup', args, { cwd: ROOT });
  if (code !== 0) say(`${NIGHTLY} could not be installed: the Worker is built with panic=abort`);
  return undefined;
}

/** worker-build asks for the toolchain "nightly"; these wrappers give it the pinned one. */
async function writePinned() {
  mkdirSync(PINNED_BIN, { recursive: true });
  for (const name of ['cargo', 'rustc', 'rustup']) {
    const real = await which(name, [PINNED_BIN]);
    if (!real) throw new Error(`${name} is not on PATH.`);
    const path = join(PINNED_BIN, name);
    const text = wrapper(real);
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }
}

function wrapper(real) {
  return `#!/bin/sh
# Made by dev/setup.mjs: runs the real tool with "nightly" read as the pinned date.
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  case $argument in
    nightly) argument=${NIGHTLY} ;;
    +nightly) argument=+${NIGHTLY} ;;
  esac
  set -- "$@" "$argument"
  count=$((count - 1))
done
exec "${real}" "$@"
`;
}

/** The path of a Chromium for browser tests, installed when this is a Debian-like system and we are root. */
export async function setupBrowser() {
  const found = await findBrowser();
  if (found) return found;
  if (process.getuid?.() !== 0 || !(await which('apt-get'))) {
    throw new Error('Browser tests need Chromium. Install it (for example: sudo apt-get install chromium), then run this again.');
  }
  say('chromium');
  await run('apt-get', ['update', '-qq']);
  await run('apt-get', ['install', '-y', '-qq', 'chromium'], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  const installed = await findBrowser();
  if (!installed) throw new Error('Chromium was installed, but it is not on PATH.');
  return installed;
}

async function findBrowser() {
  for (const name of CHROMIUM_NAMES) {
    const path = await which(name);
    if (path) return path;
  }
  return ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ?? null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setup().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
