import { type Dense, expand, type Matrix, type Table, type TensorAdapter } from '@slimbed/core'
import { transposeOf } from '@slimbed/core/numbers'
import { factorsOf, partsOf } from '@slimbed/runtime/kinds'

/** Some words of a softmax table that are one matrix behind some products. */
interface OutputPart {
  /** The words: rows of the whole table. */
  readonly words: Uint32Array
  /** What hidden states are multiplied with, one after the other: the right factors, turned. */
  readonly projections: readonly Dense[]
  /** A row for each word. */
  readonly matrix: Matrix
}

/** Logits of some words, without the bias. */
export interface Logits {
  /** The words. */
  readonly words: Uint32Array
  /** Positions × words, row-major. */
  readonly data: Float32Array
}

/** Rows of a part that are decoded at a time. */
const blockRows = 1024

async function outputParts(
  table: Table,
  words: Uint32Array,
  projections: readonly Dense[],
  tensor: TensorAdapter
): Promise<OutputPart[]> {
  const factors = factorsOf(table)
  if (factors) {
    const { left, right } = factors
    const factor = await (await expand(right, tensor)).read(0, right.rows)
    return outputParts(
      left,
      words,
      [...projections, transposeOf({ rows: right.rows, dim: right.dim, data: factor })],
      tensor
    )
  }
  const made = partsOf(table)
  if (made) {
    const parts = made.parts.map((part, id) =>
      outputParts(
        part,
        words.filter((_, row) => made.group[row] === id),
        projections,
        tensor
      )
    )
    return (await Promise.all(parts)).flat()
  }
  return [{ words, projections, matrix: await expand(table, tensor) }]
}

/** What turns hidden states into logits. */
export interface Output {
  /** The logits of positions, `positions × dim` hidden states, some words after others. */
  logits(hidden: Dense): AsyncGenerator<Logits>
}

/**
 * The softmax product `hidden · tableᵀ` of a table as it is stored: a product multiplies with its right factor, then with its left
 * one; a partition part by part; codes are decoded 1,024 rows at a time. The table is never expanded.
 */
export async function outputOf(table: Table, tensor: TensorAdapter): Promise<Output> {
  const every = Uint32Array.from({ length: table.rows }, (_, row) => row)
  const parts = await outputParts(table, every, [], tensor)
  return {
    async *logits(hidden) {
      for (const { words, projections, matrix } of parts) {
        let states = hidden
        for (const projection of projections) states = await tensor.matmul(states, projection)
        for (let start = 0; start < matrix.rows; start += blockRows) {
          const count = Math.min(blockRows, matrix.rows - start)
          const factor = transposeOf({ rows: count, dim: matrix.dim, data: await matrix.read(start, count) })
          yield { words: words.subarray(start, start + count), data: (await tensor.matmul(states, factor)).data }
        }
      }
    }
  }
}
