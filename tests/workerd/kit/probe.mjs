/**
 * Remembers the memory of the Worker's wasm instance. Imported before the Worker, because that makes its instance
 * while it is loaded.
 *
 * Never changes what the instance does.
 */
const Plain = WebAssembly.Instance;
let memory = null;

WebAssembly.Instance = function Instance(module, imports) {
  const made = new Plain(module, imports);
  memory = made.exports.memory ?? memory;
  return made;
};

/** Bytes of wasm memory, which never shrinks. */
export function wasmBytes() {
  return memory?.buffer.byteLength ?? 0;
}
