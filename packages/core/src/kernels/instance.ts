import { moduleBase64 } from './module.js'

/** The compiled kernels, described in `assembly/`: every argument is a number, most of them places in `memory`. */
interface Kernels {
  readonly memory: WebAssembly.Memory
  ranges(x: number, rows: number, dim: number, groupSize: number, mins: number, maxs: number): void
  encode(
    x: number,
    rows: number,
    dim: number,
    bits: number,
    groupSize: number,
    scales: number,
    zeros: number,
    shared: boolean,
    codes: number,
    scratch: number
  ): void
  decode(
    codes: number,
    rows: number,
    dim: number,
    bits: number,
    groupSize: number,
    scales: number,
    zeros: number,
    shared: boolean,
    out: number,
    scratch: number
  ): void
  finite(x: number, count: number): number
  compare(a: number, b: number, rows: number, dim: number, sums: number): void
}

const isKernels = (exports: object): exports is Kernels => 'memory' in exports && 'compare' in exports

/** Undefined where there is no WebAssembly, no SIMD in it, or a page's policy forbids to compile it. */
function open(): Kernels | undefined {
  try {
    const bytes = Uint8Array.from(atob(moduleBase64), (character) => character.charCodeAt(0))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
    return isKernels(exports) ? exports : undefined
  } catch {
    return undefined
  }
}

let opened: { readonly kernels: Kernels | undefined } | undefined

/** The compiled kernels; undefined where they do not run, and the same is to be computed in JavaScript. */
export function compiledKernels(): Kernels | undefined {
  opened ??= { kernels: open() }
  return opened.kernels
}

const pageBytes = 2 ** 16
/** The kernels' own data, if any, lies below. */
const firstByte = 1024

/**
 * Room in the kernels' memory for arrays of these sizes in bytes, which lasts until the next call: where each begins, aligned
 * to 16. Each is followed by 16 bytes that nothing else uses.
 */
export function reserve({ memory }: Kernels, ...sizes: readonly number[]): number[] {
  let end = firstByte
  const places = sizes.map((size) => {
    const place = end
    end += Math.ceil(size / 16) * 16 + 16
    return place
  })
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
  return places
}

/** Values that are worked on at a time: they stay in the processor's cache while they are copied in, used and copied out. */
const blockValues = 2 ** 16

/** Calls `visit` for blocks of `rows` rows of `dim` values, of about 64 Ki values each. */
export function forBlocks(rows: number, dim: number, visit: (start: number, count: number) => void): void {
  const step = Math.max(1, Math.floor(blockValues / dim))
  for (let start = 0; start < rows; start += step) visit(start, Math.min(step, rows - start))
}
