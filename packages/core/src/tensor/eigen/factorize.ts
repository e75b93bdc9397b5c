import { type Dense, SlimbedError } from '@slimbed/runtime'
import type { Eigen } from '../types.js'

/** Throws `bad-input` unless there are `rows · dim` values, all of them finite. */
export function checkFinite(name: string, data: ArrayLike<number>, rows: number, dim: number): void {
  if (data.length !== rows * dim) {
    throw new SlimbedError('bad-input', `${name}: expected ${rows} × ${dim} values, got ${data.length}`)
  }
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue
    const where = `row ${Math.floor(i / dim)}, column ${i % dim}`
    throw new SlimbedError('bad-input', `${name}: ${where} is ${data[i]}, expected a finite number`)
  }
}

/** The entry of largest magnitude of a vector (the first of several). */
export function peak(vector: ArrayLike<number>): number {
  let best = 0
  for (let i = 0; i < vector.length; i++) if (Math.abs(vector[i]) > Math.abs(vector[best])) best = i
  return vector[best] ?? 0
}

/** All eigenpairs of a symmetric matrix of finite values, by falling value; signs as `TensorAdapter.eigh` has them. */
export async function fullEigh(symmetric: Float64Array, dim: number): Promise<Eigen> {
  // Scaled to about 1, so that squares neither overflow nor vanish.
  const scale = Math.abs(peak(symmetric)) || 1
  const { EigenvalueDecomposition, Matrix } = await import('ml-matrix')
  const scaled = Matrix.from1DArray(
    dim,
    dim,
    symmetric.map((value) => value / scale)
  )
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(scaled, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a] || a - b)
  const vectors = new Float64Array(dim * dim)
  for (const [row, column] of order.entries()) {
    const vector = eigenvectorMatrix.getColumn(column)
    const sign = peak(vector) < 0 ? -1 : 1
    for (let j = 0; j < dim; j++) vectors[row * dim + j] = sign * vector[j]
  }
  return { values: Float64Array.from(order, (column) => realEigenvalues[column] * scale), vectors }
}

/** `TensorAdapter.svd`, in float64 throughout; the entry of largest magnitude of each row of `v` is positive. */
export async function svd(a: Dense): Promise<{ u: Dense; values: Float64Array; v: Dense }> {
  const { rows, dim } = a
  checkFinite('svd', a.data, rows, dim)
  const rank = Math.min(rows, dim)
  const u = { rows, dim: rank, data: new Float32Array(rows * rank) }
  const v = { rows: rank, dim, data: new Float32Array(rank * dim) }
  if (rank === 0) return { u, values: new Float64Array(), v }
  const { Matrix, SingularValueDecomposition } = await import('ml-matrix')
  const parts = new SingularValueDecomposition(Matrix.from1DArray(rows, dim, a.data), { autoTranspose: true })
  for (let k = 0; k < rank; k++) {
    const right = parts.rightSingularVectors.getColumn(k)
    const left = parts.leftSingularVectors.getColumn(k)
    const sign = peak(right) < 0 ? -1 : 1
    for (let j = 0; j < dim; j++) v.data[k * dim + j] = sign * right[j]
    for (let i = 0; i < rows; i++) u.data[i * rank + k] = sign * left[i]
  }
  return { u, values: Float64Array.from(parts.diagonal.slice(0, rank)), v }
}

/** `TensorAdapter.qr`, in float64 throughout; no diagonal entry of `r` is negative. Rejects with `bad-input` for `rows < dim`. */
export async function qr(a: Dense): Promise<{ q: Dense; r: Dense }> {
  const { rows, dim } = a
  checkFinite('qr', a.data, rows, dim)
  if (rows < dim)
    throw new SlimbedError('bad-input', `qr: expected at least as many rows as columns, got ${rows} × ${dim}`)
  const q = { rows, dim, data: new Float32Array(rows * dim) }
  const r = { rows: dim, dim, data: new Float32Array(dim * dim) }
  if (dim === 0) return { q, r }
  const { Matrix, QrDecomposition } = await import('ml-matrix')
  const { orthogonalMatrix, upperTriangularMatrix } = new QrDecomposition(Matrix.from1DArray(rows, dim, a.data))
  for (let k = 0; k < dim; k++) {
    const sign = upperTriangularMatrix.get(k, k) < 0 ? -1 : 1
    for (let i = 0; i < rows; i++) q.data[i * dim + k] = sign * orthogonalMatrix.get(i, k)
    for (let j = k; j < dim; j++) r.data[k * dim + j] = sign * upperTriangularMatrix.get(k, j)
  }
  return { q, r }
}
