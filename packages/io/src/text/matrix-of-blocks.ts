import type { Matrix } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'

/**
 * Blocks of whole rows, row-major, as one matrix: no single array has to hold all rows. Rows of one block are read as a view, rows
 * of several are copied.
 */
export function matrixOfBlocks(blocks: readonly Float32Array[], dim: number): Matrix {
  const starts = new Float64Array(blocks.length + 1)
  for (const [i, block] of blocks.entries()) starts[i + 1] = starts[i] + block.length / dim
  const rows = starts[blocks.length]
  const blockOf = (row: number) => {
    let [low, high] = [0, blocks.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle] <= row) low = middle
      else high = middle - 1
    }
    return low
  }
  return {
    rows,
    dim,
    async read(start, count) {
      checkRows(rows, start, count)
      if (count === 0) return new Float32Array(0)
      let block = blockOf(start)
      const from = (start - starts[block]) * dim
      if (start + count <= starts[block + 1]) return blocks[block].subarray(from, from + count * dim)
      const out = new Float32Array(count * dim)
      let filled = 0
      for (let skip = from; filled < out.length; skip = 0, block++) {
        const part = blocks[block].subarray(skip, skip + out.length - filled)
        out.set(part, filled)
        filled += part.length
      }
      return out
    }
  }
}
