import {
  type Compressor,
  type Context,
  floatsOf,
  type Matrix,
  materialize,
  type Table,
  type TensorAdapter
} from '@slimbed/core'
import { contextWith as contextOn, readVectors, vectorsDim } from '@slimbed/testing'

export { hasVectors, normals, refusal, rowsOf as decoded, squaredRelativeError } from '@slimbed/testing'

const absent = (): never => {
  throw new Error('fixedpoint uses no linear algebra')
}

/** An adapter all of whose operations throw. */
const tensor: TensorAdapter = {
  backend: 'none',
  threads: 1,
  gram: absent,
  project: absent,
  residual: absent,
  nearest: absent,
  mapRows: absent,
  signProduct: absent,
  compareProduct: absent,
  quantize: absent,
  overRows: absent,
  matmul: absent,
  eigh: absent,
  spectrum: absent,
  svd: absent,
  polar: absent,
  qr: absent,
  close: async () => {}
}

/** A context at the root, with what a test adds to it. */
export const contextWith = (more: Partial<Context> = {}): Context => contextOn(tensor, more)

/** What a compressor makes of a matrix, with its codes in memory. */
export const compressed = async (compressor: Compressor, matrix: Matrix, context: Context): Promise<Table> =>
  materialize(await compressor.compress(matrix, context))

/** The scale of every element of a `quantized` table. */
export function scalesOf(table: Table): Float64Array {
  const { rows, dim } = table
  const { scale } = table.tensors
  const groupSize = Number(table.config.groupSize)
  const [scaleRows, groups] = [scale.shape[0], scale.shape[1]]
  const values =
    scale.data instanceof Float32Array ? scale.data : floatsOf({ ...scale, dtype: 'F16', data: halves(scale.data) })
  return Float64Array.from({ length: rows * dim }, (_, i) => {
    const row = scaleRows === 1 ? 0 : Math.floor(i / dim)
    return values[row * groups + Math.floor((i % dim) / groupSize)]
  })
}

function halves(data: unknown): Uint16Array {
  if (data instanceof Uint16Array) return data
  throw new Error('expected the bits of half floats')
}

/** 41,353 × 300 real word vectors, unit rows. */
export function realVectors(): { rows: number; dim: number; data: Float32Array } {
  const data = readVectors()
  return { rows: data.length / vectorsDim, dim: vectorsDim, data }
}

/** A matrix that hands out at most its own copy of the rows, as a file does. */
export const copied = (rows: number, dim: number, data: Float32Array): Matrix => ({
  rows,
  dim,
  read: async (start, count) => data.slice(start * dim, (start + count) * dim)
})
