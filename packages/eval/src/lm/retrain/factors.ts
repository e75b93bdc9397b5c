import {
  type Dense,
  dense,
  matrixOf,
  partition,
  product,
  SlimbedError,
  type Table,
  type TensorAdapter
} from '@slimbed/core'

/** A matrix that is trained: `rows × dim`, changed in place. */
export interface Factor extends Dense {
  /** Where it stands in the table. */
  readonly path: readonly string[]
}

/** Some words of a table, as rows of `left`, or of `left · right`. */
export interface FactoredPart {
  /** Rows of the whole table. */
  readonly words: Uint32Array
  readonly left: Factor
  readonly right?: Factor
}

async function factorOf(table: Table, path: readonly string[]): Promise<Factor> {
  const matrix = matrixOf(table)
  if (!matrix) {
    const where = path.length > 0 ? `"${path.join('.')}" of the table` : 'the table'
    throw new SlimbedError(
      'bad-input',
      `retraining: ${where} is ${table.kind}, expected dense: retrain before quantizing`
    )
  }
  return { rows: table.rows, dim: table.dim, data: (await matrix.read(0, table.rows)).slice(), path }
}

async function partFrom(table: Table, words: Uint32Array, path: readonly string[]): Promise<FactoredPart> {
  const { left, right } = table.children
  if (table.kind !== 'product' || !left || !right) return { words, left: await factorOf(table, path) }
  return { words, left: await factorOf(left, [...path, 'left']), right: await factorOf(right, [...path, 'right']) }
}

/**
 * A copy of the matrices of a table that is dense, a product of dense matrices, or a partition of such. Rejects with `bad-input` for
 * any other.
 */
export async function factorsOf(table: Table): Promise<FactoredPart[]> {
  const every = Uint32Array.from({ length: table.rows }, (_, row) => row)
  if (table.kind !== 'partition') return [await partFrom(table, every, [])]
  const group = table.tensors.group!.data
  const children = Object.entries(table.children)
  return Promise.all(
    children.map(([name, child], id) =>
      partFrom(
        child,
        every.filter((row) => group[row] === id),
        [name]
      )
    )
  )
}

/** Copies of matrices as they are now: `change` may make others of them. */
export type Change = (factor: Factor) => Promise<Dense>

/** The table of a shape whose matrices are those of `parts`, each as `change` makes it. */
export async function tableFrom(shape: Table, parts: readonly FactoredPart[], change: Change): Promise<Table> {
  const denseFrom = async (factor: Factor) => {
    const { rows, dim, data } = await change(factor)
    return dense(rows, dim, data.slice())
  }
  const tables = await Promise.all(
    parts.map(async ({ left, right }) =>
      right ? product(await denseFrom(left), await denseFrom(right)) : denseFrom(left)
    )
  )
  if (shape.kind !== 'partition') return tables[0]!
  return partition(shape.tensors.group!.data as Uint8Array | Uint16Array | Uint32Array, tables)
}

/** The transpose of a matrix. */
export function turned({ rows, dim, data }: Dense): Dense {
  const out = new Float32Array(rows * dim)
  // 16 rows at a time: what is written fills whole cache lines.
  for (let first = 0; first < rows; first += 16) {
    const end = Math.min(first + 16, rows)
    for (let j = 0; j < dim; j++) for (let i = first; i < end; i++) out[j * rows + i] = data[i * dim + j]!
  }
  return { rows: dim, dim: rows, data: out }
}

/** A part at one step: its matrices as they are multiplied with, and `hidden · rightᵀ`. */
export interface Forward {
  readonly left: Dense
  readonly right: Dense | undefined
  readonly inner: Dense
  readonly logits: Dense
}

/** The logits of a part, `positions × words`, and what its gradients need. */
export async function forward(
  hidden: Dense,
  left: Dense,
  right: Dense | undefined,
  tensor: TensorAdapter
): Promise<Forward> {
  const inner = right ? await tensor.matmul(hidden, turned(right)) : hidden
  return { left, right, inner, logits: await tensor.matmul(inner, turned(left)) }
}

/** The gradients of a part's matrices, given that of its logits, `positions × words`. */
export async function backward(
  { left, right, inner }: Forward,
  hidden: Dense,
  slope: Dense,
  tensor: TensorAdapter
): Promise<{ left: Float32Array; right: Float32Array | undefined }> {
  const ofLeft = (await tensor.matmul(turned(slope), inner)).data
  if (!right) return { left: ofLeft, right: undefined }
  const ofInner = await tensor.matmul(slope, left)
  return { left: ofLeft, right: (await tensor.matmul(turned(ofInner), hidden)).data }
}
