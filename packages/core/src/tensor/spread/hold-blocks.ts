/** Some blocks of the rows of a matrix, in memory. */
export interface HeldBlocks {
  /** Holds a copy of a block: rows from `start` on, a multiple of the rows of a block. */
  put(start: number, rows: Float32Array): void
  /** The rows, if all of them are held: a view, or a copy where they are of several blocks. */
  take(start: number, count: number): Float32Array | undefined
}

/** Holds blocks of `step` rows of a `rows × dim` matrix, of which there may be few here. */
export function holdBlocks(rows: number, dim: number, step: number): HeldBlocks {
  const blocks = new Map<number, Float32Array>()
  return {
    put(start, data) {
      if (data.length === Math.min(step, rows - start) * dim) blocks.set(start / step, data.slice())
    },
    take(start, count) {
      const [first, end] = [Math.floor(start / step), Math.ceil((start + count) / step)]
      for (let index = first; index < end; index++) if (!blocks.has(index)) return undefined
      const at = (start - first * step) * dim
      if (end - first <= 1) return blocks.get(first)?.subarray(at, at + count * dim)
      const out = new Float32Array((end - first) * step * dim)
      for (let index = first; index < end; index++) out.set(blocks.get(index)!, (index - first) * step * dim)
      return out.subarray(at, at + count * dim)
    }
  }
}
