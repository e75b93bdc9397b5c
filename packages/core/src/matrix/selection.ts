import type { Matrix } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'

/** Bytes that are read at once, and the longest gap between two chosen rows that is read, too, to save a read. */
const spanBytes = 4 * 2 ** 20
const gap = 64

/**
 * A matrix of some rows of another one, in rising order; a row may occur several times. Rows are read from the other matrix when
 * they are needed, in spans, so one pass over the selection reads the other matrix at most once.
 */
export function selection(matrix: Matrix, chosen: Uint32Array): Matrix {
  const { dim } = matrix
  const most = Math.max(1, Math.floor(spanBytes / (4 * dim)))
  return {
    rows: chosen.length,
    dim,
    async read(start, count, into) {
      checkRows(chosen.length, start, count)
      const out = into ?? new Float32Array(count * dim)
      const end = start + count
      for (let at = start; at < end; ) {
        const first = chosen[at]
        let next = at + 1
        while (next < end && chosen[next] - first < most && chosen[next] - chosen[next - 1] <= gap) next++
        const rows = await matrix.read(first, chosen[next - 1] - first + 1)
        for (; at < next; at++) {
          const from = (chosen[at] - first) * dim
          out.set(rows.subarray(from, from + dim), (at - start) * dim)
        }
      }
      return out
    }
  }
}
