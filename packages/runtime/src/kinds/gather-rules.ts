import { childOf, fail } from '../check.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import type { Matrix } from '../table/matrix.js'
import type { Table } from '../table/table.js'
import { checkRows } from './blocks.js'
import { indexTypes, tensorOf, type WeightsRule } from './kind.js'

/** The weight of a row of the source is the sum of the weights of all rows that refer to it. */
export const gatherWeights: WeightsRule = ({ tensors, children }, weights) => {
  const index = tensorOf(tensors, 'index', indexTypes, 1).data
  const sums = new Float64Array(childOf(children, 'source').rows)
  for (let i = 0; i < index.length; i++) sums[index[i]] += weights[i]
  return { source: Float32Array.from(sums) }
}

/** The most elements of a source that is read once and held: 64 MiB. */
const mostHeld = 16_777_216
/** Rows between two wanted ones up to which both come with one read. */
const nearby = 64

/** Calls `visit` with each wanted row of `source`: `ids` rise, and those near one another are read together. */
async function readSorted(
  source: Matrix,
  ids: Uint32Array,
  visit: (i: number, row: Float32Array) => void
): Promise<void> {
  const { dim } = source
  const most = Math.max(nearby, ids.length)
  for (let i = 0; i < ids.length; ) {
    const first = ids[i]
    let end = i + 1
    while (end < ids.length && ids[end] - ids[end - 1] <= nearby && ids[end] - first < most) end++
    const block = await source.read(first, ids[end - 1] - first + 1)
    for (; i < end; i++) visit(i, block.subarray((ids[i] - first) * dim, (ids[i] - first + 1) * dim))
  }
}

/** A `gather` in blocks: of a small source, all rows are read once; of a large one, the rows of each block, in their order there. */
export function expandGather(table: Table, operands: Readonly<Record<string, Matrix>>): Matrix {
  const { rows, dim } = table
  const index = tensorOf(table.tensors, 'index', indexTypes, 1).data
  const source = operands.source
  const small = source.rows * dim <= mostHeld
  let held: Promise<Float32Array> | undefined
  return {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const out = into ?? new Float32Array(count * dim)
      if (small) {
        held ??= source.read(0, source.rows)
        // A read that failed is tried again.
        held.catch(() => {
          held = undefined
        })
        const all = await held
        for (let i = 0; i < count; i++) {
          const from = index[start + i] * dim
          out.set(all.subarray(from, from + dim), i * dim)
        }
        return out
      }
      const order = new Uint32Array(count).map((_, i) => i)
      order.sort((a, b) => index[start + a] - index[start + b])
      const ids = order.map((i) => index[start + i])
      await readSorted(source, ids, (i, row) => out.set(row, order[i] * dim))
      return out
    }
  }
}

/** Some rows are the rows of the source that the index gives for them. */
export function selectGather({ tensors, children }: RemoteParts): Selection {
  const index = tensorOf(tensors, 'index', indexTypes, 1)
  const source = childOf(children, 'source')
  return {
    rows: index.shape[0],
    dim: source.dim,
    async take(rows, options) {
      const ids = Uint32Array.from((await index.rows(rows, options)).data)
      const odd = ids.find((id) => id >= source.rows)
      if (odd !== undefined) fail('bad-input', `gather: row ${odd} of its source, which has ${source.rows} rows`)
      return source.take(ids, options)
    }
  }
}
