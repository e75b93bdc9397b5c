import { openGiven, openModule } from '../wasm.js'
import { type ByteQuery, together } from './byte-codes.js'
import type { ByteScanner } from './byte-scanner.js'
import { moduleBase64 } from './module.js'

/** The compiled search, described in `assembly/search/score.ts`: arguments are numbers, most of them places in `memory`. */
interface Kernel {
  readonly memory: WebAssembly.Memory
  score(
    codes: number,
    row: number,
    rows: number,
    stride: number,
    query: number,
    factors: number,
    inverses: number,
    constant: number,
    limit: number,
    out: number
  ): number
}

const isKernel = (exports: object): exports is Kernel => 'memory' in exports && 'score' in exports

const pageBytes = 2 ** 16
/** The most that such a memory holds, less a page. */
const mostBytes = 2 ** 32 - pageBytes

/**
 * A scanner in WebAssembly, whose arrays lie in its memory; undefined where there is no SIMD, no room, or a page's policy forbids to
 * compile it. Throws `bad-option` for a module that is another.
 */
export function simdByteScanner(
  rows: number,
  stride: number,
  padded: number,
  module?: WebAssembly.Module
): ByteScanner | undefined {
  // The kernel's own data, if any, lies below.
  const out = 1024
  const query = out + 16
  const factors = query + stride * 2
  const inverses = factors + padded * 4
  const codes = inverses + padded * 4
  const end = codes + padded * stride
  if (end > mostBytes) return undefined
  const given = module && openGiven(module, 'score')
  try {
    const kernel = given ?? openModule(moduleBase64)
    if (!isKernel(kernel)) return undefined
    const { memory } = kernel
    memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / pageBytes)))
    const { buffer } = memory
    const own = new Int16Array(buffer, query, stride)
    const scores = new Float32Array(buffer, out, together)
    return {
      arrays: {
        stride,
        codes: new Int8Array(buffer, codes, padded * stride),
        factors: new Float32Array(buffer, factors, padded),
        inverses: new Float32Array(buffer, inverses, padded)
      },
      scan({ values, constant }: ByteQuery, found) {
        own.set(values)
        let limit = -Infinity
        for (let row = 0; row < rows; row += together) {
          row = kernel.score(codes, row, rows, stride, query, factors, inverses, constant, limit, out) >>> 0
          const last = Math.min(row + together, rows)
          for (let one = row; one < last; one++) {
            const score = scores[one - row]
            if (score > limit) limit = found(one, score)
          }
        }
      }
    }
  } catch {
    return undefined
  }
}
