import { openGiven, openModule } from '../wasm.js'
import { moduleBase64 } from './module.js'

/** The compiled kernel, described in `assembly/`: every argument is a number, some of them places in `memory`. */
export interface Kernel {
  readonly memory: WebAssembly.Memory
  multiply(factors: number, rows: number, rank: number, right: number, stride: number, out: number): void
  decode(leaf: number, out: number): number
}

/**
 * A kernel with memory of its own; undefined where there is no WebAssembly with SIMD, or a page's policy forbids to compile it. Throws
 * `bad-option` for a module that is another.
 */
export function openKernel(module?: WebAssembly.Module): Kernel | undefined {
  if (module) return openGiven(module, 'multiply') as unknown as Kernel
  try {
    return openModule(moduleBase64) as unknown as Kernel
  } catch {
    return undefined
  }
}

const pageBytes = 2 ** 16

/** Room for arrays of these sizes in bytes after all that has been reserved before: where each begins, aligned to 16. */
export function reserve({ memory }: Kernel, sizes: readonly number[]): number[] {
  const start = memory.buffer.byteLength
  let end = start
  const places = sizes.map((size) => {
    const place = end
    end += Math.ceil(size / 16) * 16
    return place
  })
  memory.grow(Math.ceil((end - start) / pageBytes))
  return places
}
