import { fail } from './check.js'

const compiled = /* @__PURE__ */ new Map<string, WebAssembly.Module>()

/**
 * What a module that is embedded as base64 exports, with memory of its own. Throws where there is no WebAssembly, not all that the
 * module needs of it, or where it may not be compiled.
 */
export function openModule(base64: string): WebAssembly.Exports {
  const module =
    compiled.get(base64) ??
    new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
  compiled.set(base64, module)
  return new WebAssembly.Instance(module).exports
}

/** Options of what runs in WebAssembly. */
export interface ModuleOptions {
  /**
   * The module, compiled already, for places that do not compile at run time, such as Workers of Cloudflare: `simd.wasm` for `accelerate`,
   * `search.wasm` for `codeSearch`, `pq.wasm` for `tableSearcher`, all of this package.
   */
  readonly module?: WebAssembly.Module | undefined
}

/** What a given module exports, with memory of its own. Throws `bad-option` where that is not `memory` and the function `name`. */
export function openGiven(module: WebAssembly.Module, name: string): WebAssembly.Exports {
  const { exports } = new WebAssembly.Instance(module)
  if ('memory' in exports && name in exports) return exports
  return fail('bad-option', `module: expected one that exports memory and ${name}, got ${Object.keys(exports)}`)
}
