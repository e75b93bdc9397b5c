const compiled = /* @__PURE__ */ new Map<string, WebAssembly.Module>()

/**
 * What a module that is embedded as base64 exports, with memory of its own. Throws where there is no WebAssembly, not all that the
 * module needs of it, or a page's policy forbids to compile it.
 */
export function openModule(base64: string): WebAssembly.Exports {
  const module =
    compiled.get(base64) ??
    new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
  compiled.set(base64, module)
  return new WebAssembly.Instance(module).exports
}
