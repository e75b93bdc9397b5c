import { partition } from '@slimbed/core'
import type { Selection } from '../selection.js'
import type { InputPass, Pass, TrainableTable } from './node.js'

/** The part of a selection that falls on one group: which outputs it adds to, and the combinations of the part's rows. */
interface Share {
  readonly outputs: readonly number[]
  readonly selection: Selection
}

/** A selection cut by groups. `position` is the row of the part for each row. */
function sharesOf(
  { count, starts, indices, weights }: Selection,
  group: ArrayLike<number>,
  position: Uint32Array,
  parts: number
): Share[] {
  const shares = Array.from({ length: parts }, () => ({
    outputs: [] as number[],
    starts: [] as number[],
    indices: [] as number[],
    weights: [] as number[]
  }))
  for (let i = 0; i < count; i++) {
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const row = indices[k]
      const share = shares[group[row]]
      if (share.outputs.at(-1) !== i) {
        share.outputs.push(i)
        share.starts.push(share.indices.length)
      }
      share.indices.push(position[row])
      share.weights.push(weights[k])
    }
  }
  return shares.map((share) => ({
    outputs: share.outputs,
    selection: {
      count: share.outputs.length,
      starts: Uint32Array.from([...share.starts, share.indices.length]),
      indices: Uint32Array.from(share.indices),
      weights: Float32Array.from(share.weights)
    }
  }))
}

/** The rows of each part. */
const rowsByPart = (group: ArrayLike<number>, sizes: Uint32Array): Uint32Array[] => {
  const rows = Array.from(sizes, (size) => new Uint32Array(size))
  const filled = new Uint32Array(sizes.length)
  for (let i = 0; i < group.length; i++) rows[group[i]][filled[group[i]]++] = i
  return rows
}

/** The rows of a part out of a matrix of `width` columns. */
function taken(rows: Uint32Array, from: Float32Array, width: number): Float32Array {
  const out = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    out.set(from.subarray(row * width, (row + 1) * width), i * width)
  })
  return out
}

/** Rows of several parts: row i is the next row of part `group[i]`. */
export function trainablePartition(
  group: Uint8Array | Uint16Array | Uint32Array,
  parts: readonly TrainableTable[]
): TrainableTable {
  const { dim } = parts[0]
  const position = new Uint32Array(group.length)
  const sizes = new Uint32Array(parts.length)
  for (let i = 0; i < group.length; i++) position[i] = sizes[group[i]]++
  const rowsOf = rowsByPart(group, sizes)
  return {
    rows: group.length,
    dim,
    parameters: parts.flatMap(({ parameters }) => parameters),
    async combine(selection) {
      const value = new Float32Array(selection.count * dim)
      const passes: { readonly share: Share; readonly pass: Pass }[] = []
      for (const [p, share] of sharesOf(selection, group, position, parts.length).entries()) {
        if (share.outputs.length === 0) continue
        const pass = await parts[p].combine(share.selection)
        share.outputs.forEach((output, i) => {
          for (let j = 0; j < dim; j++) value[output * dim + j] += pass.value[i * dim + j]
        })
        passes.push({ share, pass })
      }
      return {
        value,
        async backward(gradient) {
          for (const { share, pass } of passes) {
            const own = new Float32Array(share.outputs.length * dim)
            share.outputs.forEach((output, i) => {
              own.set(gradient.subarray(output * dim, (output + 1) * dim), i * dim)
            })
            await pass.backward(own)
          }
        }
      }
    },
    async score(vectors, count) {
      const value = new Float32Array(group.length * count)
      const passes: InputPass[] = []
      for (const [p, part] of parts.entries()) {
        const pass = await part.score(vectors, count)
        passes.push(pass)
        rowsOf[p].forEach((row, i) => {
          value.set(pass.value.subarray(i * count, (i + 1) * count), row * count)
        })
      }
      return {
        value,
        async backward(gradient) {
          const sum = new Float32Array(count * dim)
          for (const [p, pass] of passes.entries()) {
            const slope = await pass.backward(taken(rowsOf[p], gradient, count))
            for (let j = 0; j < sum.length; j++) sum[j] += slope[j]
          }
          return sum
        }
      }
    },
    table: () =>
      partition(
        group,
        parts.map((part) => part.table())
      )
  }
}
