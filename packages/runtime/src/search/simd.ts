import { openGiven, openModule } from '../wasm.js'
import { moduleBase64 } from './module.js'
import { type Packed, spread } from './packed.js'
import type { Scanner } from './scanner.js'

/** The compiled search, described in `assembly/`: arguments are numbers, most of them places in `memory`. */
interface Kernel {
  readonly memory: WebAssembly.Memory
  scan(codes: number, row: number, rows: number, stride: number, query: number, limit: number, out: number): number
}

const isKernel = (exports: object): exports is Kernel => 'memory' in exports && 'scan' in exports

const pageBytes = 2 ** 16
/** The most that such a memory holds, less a page. */
const mostBytes = 2 ** 32 - pageBytes

/**
 * A scanner in WebAssembly, which holds its own copy of the codes; undefined where there is no SIMD, no room, or a page's policy
 * forbids to compile it. Throws `bad-option` for a module that is another.
 */
export function simdScanner(packed: Packed, module?: WebAssembly.Module): Scanner | undefined {
  const { rows, bits } = packed
  const stride = Math.ceil(bits / 128) * 16
  // The kernel's own data, if any, lies below; the kernel reads four rows at a time.
  const out = 1024
  const place = out + 16
  const codes = place + stride
  const end = codes + Math.ceil(rows / 4) * 4 * stride
  if (end > mostBytes) return undefined
  const given = module && openGiven(module, 'scan')
  try {
    const kernel = given ?? openModule(moduleBase64)
    if (!isKernel(kernel)) return undefined
    const { memory } = kernel
    memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / pageBytes)))
    spread(packed, stride, new Uint8Array(memory.buffer, codes))
    const own = new Uint8Array(memory.buffer, place, stride)
    const distances = new Int32Array(memory.buffer, out, 4)
    return {
      scan(query, limit, found) {
        own.fill(0)
        own.set(query)
        let most = limit
        for (let row = 0; row < rows; row += 4) {
          row = kernel.scan(codes, row, rows, stride, place, most, out) >>> 0
          const last = Math.min(row + 4, rows)
          for (let one = row; one < last; one++) {
            const bitsApart = distances[one - row]
            if (bitsApart < most) most = found(one, bitsApart)
          }
        }
      }
    }
  } catch {
    return undefined
  }
}
