import { SlimbedError } from '@slimbed/runtime'
import type { Eigen, Spectrum } from '../types.js'
import { checkFinite, fullEigh, peak } from './factorize.js'
import { backTransform, type Tridiagonal, tridiagonalize } from './tridiagonal.js'
import { allValues, greatestValues, vectorsOf } from './tridiagonal-eigh.js'

/** A symmetric matrix, scaled to about 1 and reduced to three diagonals: squares neither overflow nor vanish. */
interface Reduced {
  readonly scale: number
  readonly tridiagonal: Tridiagonal
}

function reduce(symmetric: Float64Array, dim: number): Reduced {
  const scale = Math.abs(peak(symmetric)) || 1
  return {
    scale,
    tridiagonal: tridiagonalize(
      symmetric.map((value) => value / scale),
      dim
    )
  }
}

/** The `count` greatest eigenvalues, falling: by bisection where they are few, else among all. */
function valuesOf(tridiagonal: Tridiagonal, count: number): Float64Array {
  const all = count > tridiagonal.dim / 2 ? allValues(tridiagonal) : undefined
  return all?.subarray(0, count) ?? greatestValues(tridiagonal, count)
}

/**
 * Whether a tridiagonal matrix consists of several independent blocks. Blocks may share eigenvalues, whose eigenvectors are then
 * not unique; the full decomposition returns vectors that lie within one block, such as the axes for a diagonal matrix.
 */
const fallsApart = ({ dim, beside }: Tridiagonal): boolean => beside.subarray(0, dim - 1).includes(0)

/**
 * The `count` greatest eigenpairs of a reduced matrix, several times faster than by ml-matrix. Undefined when they do not reach
 * working precision, and for more than half of the eigenpairs of a matrix of independent blocks.
 */
function pairsOf({ scale, tridiagonal }: Reduced, count: number): Eigen | undefined {
  const { dim } = tridiagonal
  if (count > dim / 2 && fallsApart(tridiagonal)) return undefined
  const values = valuesOf(tridiagonal, count)
  const vectors = vectorsOf(tridiagonal, values)
  if (!vectors) return undefined
  backTransform(tridiagonal, vectors, values.length)
  for (let at = 0; at < vectors.length; at += dim) {
    const vector = vectors.subarray(at, at + dim)
    if (peak(vector) < 0) for (let j = 0; j < dim; j++) vector[j] = -vector[j]
  }
  return { values: values.map((value) => value * scale), vectors }
}

function check(name: string, symmetric: Float64Array, dim: number): void {
  checkFinite(name, symmetric, dim, dim)
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < i; j++) {
      if (symmetric[i * dim + j] === symmetric[j * dim + i]) continue
      throw new SlimbedError('bad-input', `${name}: not symmetric at row ${i}, column ${j}`)
    }
  }
}

function checkCount(name: string, count: number, dim: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= dim) return
  throw new SlimbedError('bad-input', `${name}: expected 0 to ${dim} eigenpairs to be asked for, not ${count}`)
}

async function firstOfAll(symmetric: Float64Array, dim: number, count: number): Promise<Eigen> {
  const { values, vectors } = await fullEigh(symmetric, dim)
  return { values: values.slice(0, count), vectors: vectors.slice(0, count * dim) }
}

/** `TensorAdapter.eigh`. Rejects with `bad-input` for a matrix that is not square, symmetric and finite. */
export async function eigh(symmetric: Float64Array, dim: number, count = dim): Promise<Eigen> {
  check('eigh', symmetric, dim)
  checkCount('eigh', count, dim)
  if (count === 0) return { values: new Float64Array(), vectors: new Float64Array() }
  const reduced = reduce(symmetric, dim)
  return pairsOf(reduced, count) ?? (await firstOfAll(symmetric, dim, count))
}

/** `TensorAdapter.spectrum`. Rejects with `bad-input` as `eigh` does. */
export async function spectrum(symmetric: Float64Array, dim: number): Promise<Spectrum> {
  check('spectrum', symmetric, dim)
  const reduced = reduce(symmetric, dim)
  const scaled = allValues(reduced.tridiagonal) ?? greatestValues(reduced.tridiagonal, dim)
  return {
    values: scaled.map((value) => value * reduced.scale),
    async leading(count) {
      checkCount('spectrum', count, dim)
      return pairsOf(reduced, count) ?? (await firstOfAll(symmetric, dim, count))
    }
  }
}
