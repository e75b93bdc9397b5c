import { place } from '../kernels/place-floats.js'
import { addScaled, dot } from '../small/vector.js'
import type { Tridiagonal } from './tridiagonal.js'

type Matrix = Pick<Tridiagonal, 'dim' | 'diagonal' | 'beside'>

/** An upper bound of the magnitude of every eigenvalue (Gershgorin). */
function bound({ dim, diagonal, beside }: Matrix): number {
  let most = 0
  for (let i = 0; i < dim; i++) {
    const around = (i > 0 ? Math.abs(beside[i - 1]) : 0) + Math.abs(beside[i])
    most = Math.max(most, Math.abs(diagonal[i]) + around)
  }
  return most
}

/** How many eigenvalues are greater than `value`: the positive pivots of T − value (Sturm). */
export function countAbove({ dim, diagonal, beside }: Matrix, value: number, least: number): number {
  let count = 0
  let pivot = 1
  for (let i = 0; i < dim; i++) {
    const before = i > 0 ? beside[i - 1] : 0
    pivot = diagonal[i] - value - (before * before) / pivot
    if (pivot < least && pivot > -least) pivot = -least
    if (pivot > 0) count++
  }
  return count
}

/** The `count` greatest eigenvalues of a symmetric tridiagonal matrix, falling, by bisection. */
export function greatestValues(matrix: Matrix, count: number): Float64Array {
  const values = new Float64Array(count)
  const most = bound(matrix)
  const least = Math.max(most * Number.EPSILON * 2 ** -60, Number.MIN_VALUE)
  let top = most * (1 + 4 * Number.EPSILON)
  const placed = place(matrix.diagonal, matrix.beside)
  const [diagonal = 0, beside = 0] = placed?.places ?? []
  const above = (value: number) =>
    placed ? placed.kernels.countAbove(diagonal, beside, matrix.dim, value, least) : countAbove(matrix, value, least)
  for (let k = 0; k < count; k++) {
    let low = -most * (1 + 4 * Number.EPSILON)
    let high = top
    while (high - low > Number.EPSILON * Math.max(most * 2 ** -10, Math.abs(low))) {
      const middle = (low + high) / 2
      if (middle <= low || middle >= high) break
      if (above(middle) > k) low = middle
      else high = middle
    }
    values[k] = (low + high) / 2
    top = high
  }
  return values
}

/**
 * All eigenvalues of a symmetric tridiagonal matrix, falling, by QL iterations with implicit shifts (Wilkinson 1968): accurate to
 * rounding of the largest, and many times faster than bisection for all of them. Undefined when one does not converge.
 */
export function allValues({ dim, diagonal, beside }: Matrix): Float64Array | undefined {
  const d = diagonal.slice()
  const e = beside.slice()
  for (let first = 0; first < dim; first++) {
    for (let round = 0; ; round++) {
      let last = first
      while (last < dim - 1 && Math.abs(e[last]) > Number.EPSILON * (Math.abs(d[last]) + Math.abs(d[last + 1]))) last++
      if (last === first) break
      if (round === 60) return undefined
      sweep(d, e, first, last)
    }
  }
  return d.sort().reverse()
}

/** One QL step on rows `first .. last`, an independent block. */
function sweep(d: Float64Array, e: Float64Array, first: number, last: number): void {
  const slope = (d[first + 1] - d[first]) / (2 * e[first])
  const root = Math.sqrt(slope * slope + 1)
  let g = d[last] - d[first] + e[first] / (slope + (slope < 0 ? -root : root))
  let [sine, cosine, shift] = [1, 1, 0]
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i]
    const b = cosine * e[i]
    const length = Math.sqrt(f * f + g * g)
    e[i + 1] = length
    if (length === 0) {
      d[i + 1] = d[i + 1] - shift
      e[last] = 0
      return
    }
    sine = f / length
    cosine = g / length
    g = d[i + 1] - shift
    const turned = (d[i] - g) * sine + 2 * cosine * b
    shift = sine * turned
    d[i + 1] = g + shift
    g = cosine * turned - b
  }
  d[first] = d[first] - shift
  e[first] = g
  e[last] = 0
}

/** T − value as L · U, with the rows swapped that make it stable: U has three diagonals. */
interface Factors {
  readonly u: readonly [Float64Array, Float64Array, Float64Array]
  readonly multipliers: Float64Array
  readonly swapped: Uint8Array
}

function makeFactors(dim: number): Factors {
  const array = () => new Float64Array(dim)
  return { u: [array(), array(), array()], multipliers: array(), swapped: new Uint8Array(dim) }
}

function factor({ dim, diagonal, beside }: Matrix, value: number, least: number, into: Factors): void {
  const { u, multipliers, swapped } = into
  const [u0, u1, u2] = u
  let own = diagonal[0] - value
  let right = dim > 1 ? beside[0] : 0
  for (let i = 0; i < dim - 1; i++) {
    const below = beside[i]
    const next = diagonal[i + 1] - value
    const after = i + 2 < dim ? beside[i + 1] : 0
    const swap = Math.abs(below) > Math.abs(own)
    swapped[i] = swap ? 1 : 0
    u0[i] = swap ? below : Math.abs(own) < least ? least : own
    u1[i] = swap ? next : right
    u2[i] = swap ? after : 0
    const multiplier = (swap ? own : below) / u0[i]
    multipliers[i] = multiplier
    own = (swap ? right : next) - multiplier * u1[i]
    right = (swap ? 0 : after) - multiplier * u2[i]
  }
  u0[dim - 1] = Math.abs(own) < least ? least : own
}

/** Solves (T − value) · x = x in place, but for its scale. */
function solve({ u: [u0, u1, u2], multipliers, swapped }: Factors, x: Float64Array): void {
  const dim = x.length
  for (let i = 0; i < dim - 1; i++) {
    if (swapped[i] === 1) {
      const own = x[i]
      x[i] = x[i + 1]
      x[i + 1] = own
    }
    x[i + 1] = x[i + 1] - multipliers[i] * x[i]
  }
  for (let i = dim - 1; i >= 0; i--) {
    let rest = x[i]
    if (i + 1 < dim) rest -= u1[i] * x[i + 1]
    if (i + 2 < dim) rest -= u2[i] * x[i + 2]
    x[i] = rest / u0[i]
  }
}

/** Scales a vector to length 1; gives the length it had. */
function normalize(x: Float64Array): number {
  let most = 0
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]))
  if (!(most > 0 && most < Infinity)) return Number.NaN
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] / most) ** 2
  const length = Math.sqrt(sum)
  for (let i = 0; i < x.length; i++) x[i] = x[i] / most / length
  return most * length
}

/** Takes the directions of the first `count` rows of `vectors` out of `x`: the kernel of this name, in JavaScript. */
export function orthogonalize(vectors: Float64Array, count: number, x: Float64Array): void {
  const dim = x.length
  for (let row = 0; row < count; row++) {
    const product = dot(vectors, row * dim, x, 0, dim)
    addScaled(-product, vectors, row * dim, x, 0, dim)
  }
}

/** The length of `T · x − value · x`. */
function residual({ dim, diagonal, beside }: Matrix, value: number, x: Float64Array): number {
  let sum = 0
  for (let i = 0; i < dim; i++) {
    const left = i > 0 ? beside[i - 1] * x[i - 1] : 0
    const right = i + 1 < dim ? beside[i] * x[i + 1] : 0
    sum += ((diagonal[i] - value) * x[i] + left + right) ** 2
  }
  return Math.sqrt(sum)
}

/**
 * The orthonormal eigenvectors of falling eigenvalues of a symmetric tridiagonal matrix, one a row, by inverse iteration with
 * reorthogonalization; undefined when one does not come out to working precision.
 */
export function vectorsOf(matrix: Matrix, values: Float64Array): Float64Array | undefined {
  const { dim } = matrix
  const placed = place(new Float64Array(values.length * dim))
  const vectors = placed?.arrays[0] ?? new Float64Array(values.length * dim)
  const [first = 0] = placed?.places ?? []
  const orthogonal = (k: number, x: Float64Array) =>
    placed ? placed.kernels.orthogonalize(first, k, x.byteOffset, dim) : orthogonalize(vectors, k, x)
  const factors = makeFactors(dim)
  const most = bound(matrix) || 1
  const tolerance = 8 * Number.EPSILON * Math.sqrt(dim) * most
  let random = 1
  for (const [k, value] of values.entries()) {
    const x = vectors.subarray(k * dim, (k + 1) * dim)
    for (let j = 0; j < dim; j++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0
      x[j] = random / 2 ** 31 - 1
    }
    factor(matrix, value, most * Number.EPSILON, factors)
    let precise = false
    for (let step = 0; step < 6 && !precise; step++) {
      solve(factors, x)
      normalize(x)
      if (step === 0) continue
      // Twice: after the first time, the small rest may still not be orthogonal.
      for (let pass = 0; pass < 2; pass++) {
        orthogonal(k, x)
        normalize(x)
      }
      precise = residual(matrix, value, x) <= tolerance
    }
    if (!precise) return undefined
  }
  return vectors.slice()
}
