import { dense, gather, partition, product, quantized, sum, type Table, type Tensor } from '@slimbed/runtime'
import { nonuniform, scalesByCode } from '@slimbed/runtime/nonuniform'
import { concat } from '@slimbed/runtime/pq'
import { packedPartition } from '@slimbed/runtime/prune'
import { gaussian, hadamard } from '@slimbed/runtime/rotate'
import { bitshift, codebook, householder, offset, packIndex, packRuns, scale, trellis } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { bitshiftParts } from './bitshift-sample.js'
import { trellisParts } from './trellis-sample.js'

/** A table with the values it must have, worked out from its ingredients in the plainest way. */
export interface Sample {
  readonly table: Table
  /** rows × dim, row-major: float32 values where `slack` is 0, float64 where products are summed. */
  readonly values: Float64Array
  /** By how much each value of the table may differ. */
  readonly slack: Float64Array
}

/** Uniform numbers in [0, 1) (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Random = () => number
const below = (random: Random, count: number) => Math.floor(random() * count)
const exactly = (table: Table, values: Float64Array): Sample => ({
  table,
  values,
  slack: new Float64Array(values.length)
})

/** The value of a half float by the definition of its fields. */
export function halfValue(bits: number): number {
  const sign = bits >> 15 ? -1 : 1
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -14 * (fraction / 1024)
}

/** The value of a bfloat16, through the bytes of a float32. */
export function bfloatValue(bits: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint16(0, bits)
  return view.getFloat32(0)
}

function denseSample(random: Random, rows: number, dim: number): Sample {
  const count = rows * dim
  const which = below(random, 3)
  if (which === 0) {
    const data = Float32Array.from({ length: count }, () => (random() - 0.5) * 2 ** (below(random, 20) - 10))
    return exactly(dense(rows, dim, data), Float64Array.from(data))
  }
  // Any sign and fraction, exponents around 1.
  const bits = Uint16Array.from({ length: count }, () =>
    which === 1 ? below(random, 2 ** 16) & 0xbfff : (below(random, 2 ** 16) & 0x83ff) | 0x3c00
  )
  const values = Float64Array.from(bits, which === 1 ? halfValue : bfloatValue)
  return exactly(dense(rows, dim, bits, which === 1 ? 'F16' : 'BF16'), values)
}

/** A random F32 or F16 tensor with its values. */
function floatTensor(random: Random, shape: readonly [number, number]): [Tensor<'F32' | 'F16'>, Float64Array] {
  const length = shape[0] * shape[1]
  if (random() < 0.5) {
    const data = Float32Array.from({ length }, () => (random() - 0.3) * 3)
    return [{ dtype: 'F32', shape, data }, Float64Array.from(data)]
  }
  const data = Uint16Array.from({ length }, () => below(random, 2 ** 16) & 0xbfff)
  return [{ dtype: 'F16', shape, data }, Float64Array.from(data, halfValue)]
}

/** What a quantized sample is made of; random where not said. */
export interface QuantizedShape {
  readonly bits: number
  readonly groupSize: number
  readonly perRow: boolean
}

/** Codes, packed bit by bit, with every value of the format's formula. */
export function quantizedSample(random: Random, rows: number, dim: number, shape?: QuantizedShape): Sample {
  const { bits, groupSize, perRow } = shape ?? {
    bits: 1 + below(random, 16),
    groupSize: 1 + below(random, dim),
    perRow: random() < 0.5
  }
  const groups = Math.ceil(dim / groupSize)
  const rowBytes = Math.ceil((dim * bits) / 8)
  const codes = new Uint8Array(rows * rowBytes)
  const [scale, scales] = floatTensor(random, [perRow ? rows : 1, groups])
  const [zero, zeros] = floatTensor(random, [perRow ? rows : 1, groups])
  const constant = random() < 0.5 ? below(random, 2 ** bits) / 2 : undefined
  const values = new Float64Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < dim; j++) {
      const code = below(random, 2 ** bits)
      for (let bit = 0; bit < bits; bit++) {
        const at = j * bits + bit
        codes[i * rowBytes + (at >> 3)] |= ((code >> bit) & 1) << (at & 7)
      }
      const group = (perRow ? i * groups : 0) + Math.floor(j / groupSize)
      values[i * dim + j] = Math.fround((code - (constant ?? zeros[group])) * scales[group])
    }
  }
  return exactly(quantized({ dim, bits, groupSize, codes, scale, zero: constant ?? zero }), values)
}

/** Codes whose levels are any numbers, with every value of the format's formula. */
export function nonuniformSample(random: Random, rows: number, dim: number): Sample {
  const bits = 1 + below(random, 8)
  const groupSize = random() < 0.5 ? dim : 1 + below(random, dim)
  const shape = [random() < 0.5 ? rows : 1, Math.ceil(dim / groupSize)] as const
  const levels = Float32Array.from({ length: 2 ** bits }, () => random() - 0.5)
  const logScale = random() < 0.4 ? { least: 0.01 + random(), ratio: 1 + random() / 50 } : undefined
  const bytes = Uint8Array.from({ length: shape[0] * shape[1] }, () => below(random, 256))
  const [floats, values] = floatTensor(random, shape)
  const scale = logScale ? ({ dtype: 'U8', shape, data: bytes } as const) : floats
  const scales = logScale ? Float64Array.from(bytes, (code) => scalesByCode(logScale)[code]) : values
  const rowBytes = Math.ceil((dim * bits) / 8)
  const codes = new Uint8Array(rows * rowBytes)
  const found = new Float64Array(rows * dim)
  for (let at = 0; at < found.length; at++) {
    const [row, column, code] = [Math.floor(at / dim), at % dim, below(random, 2 ** bits)]
    for (let bit = 0; bit < bits; bit++) {
      const place = column * bits + bit
      codes[row * rowBytes + (place >> 3)] |= ((code >> bit) & 1) << (place & 7)
    }
    const own = (shape[0] === 1 ? 0 : row) * shape[1] + Math.floor(column / groupSize)
    found[at] = Math.fround(levels[code] * scales[own])
  }
  return exactly(nonuniform({ dim, bits, groupSize, codes, levels, scale, logScale }), found)
}

/** Numbers that follow from a seed; what they are is compared with tooling/reader. */
function seededSample(random: Random, rows: number, dim: number): Sample {
  const seed = below(random, 2 ** 32)
  const table = rows === dim ? hadamard(dim, seed) : gaussian(rows, dim, seed)
  return exactly(table, Float64Array.from(decode(table)))
}

function productSample(random: Random, rows: number, dim: number, depth: number): Sample {
  const rotated = random() < 0.2
  const rank = rotated ? dim : 1 + below(random, 19)
  const left = sample(random, rows, rank, depth - 1)
  const right = rotated ? seededSample(random, dim, dim) : sample(random, rank, dim, depth - 1)
  const values = new Float64Array(rows * dim)
  const slack = new Float64Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < rank; k++) {
      const [l, dl] = [left.values[i * rank + k], left.slack[i * rank + k]]
      for (let j = 0; j < dim; j++) {
        const [r, dr] = [right.values[k * dim + j], right.slack[k * dim + j]]
        values[i * dim + j] += l * r
        slack[i * dim + j] += 1e-6 * Math.abs(l * r) + Math.abs(l) * dr + dl * Math.abs(r) + dl * dr + 1e-38
      }
    }
  }
  return { table: product(left.table, right.table), values, slack }
}

const pick = (source: Float64Array, dim: number, row: number) => source.subarray(row * dim, (row + 1) * dim)

function partitionSample(random: Random, rows: number, dim: number, depth: number): Sample {
  const count = 1 + below(random, 4)
  const ids = Array.from({ length: rows }, () => below(random, count))
  const parts = Array.from({ length: count }, (_, id) =>
    sample(random, ids.filter((other) => other === id).length, dim, depth - 1)
  )
  const made = { values: new Float64Array(rows * dim), slack: new Float64Array(rows * dim) }
  ids.forEach((id, row) => {
    const position = ids.slice(0, row).filter((other) => other === id).length
    made.values.set(pick(parts[id].values, dim, position), row * dim)
    made.slack.set(pick(parts[id].slack, dim, position), row * dim)
  })
  if (random() < 0.4) {
    const tables = parts.map(({ table }) => table)
    return { table: packedPartition(packIndex(ids, 2 + below(random, 9)), tables), ...made }
  }
  const group = [Uint8Array, Uint16Array, Uint32Array][below(random, 3)].from(ids)
  return {
    table: partition(
      group,
      parts.map(({ table }) => table)
    ),
    ...made
  }
}

function gatherSample(random: Random, rows: number, dim: number, depth: number): Sample {
  const sourceRows = 1 + below(random, rows + 2)
  const source = sample(random, sourceRows, dim, depth - 1)
  const ids = Array.from({ length: rows }, () => below(random, sourceRows))
  const made = { values: new Float64Array(rows * dim), slack: new Float64Array(rows * dim) }
  ids.forEach((id, row) => {
    made.values.set(pick(source.values, dim, id), row * dim)
    made.slack.set(pick(source.slack, dim, id), row * dim)
  })
  if (random() < 0.4) {
    const bits = Math.ceil(Math.log2(sourceRows + 1)) + below(random, 3)
    return { table: codebook(packIndex(ids, bits), source.table), ...made }
  }
  const index = [Uint8Array, Uint16Array, Uint32Array][below(random, 3)].from(ids)
  return { table: gather(index, source.table), ...made }
}

function sumSample(random: Random, rows: number, dim: number, depth: number): Sample {
  const terms = Array.from({ length: 1 + below(random, 3) }, () => sample(random, rows, dim, depth - 1))
  const values = new Float64Array(rows * dim)
  const slack = new Float64Array(rows * dim)
  for (const term of terms) {
    for (let at = 0; at < values.length; at++) {
      values[at] += term.values[at]
      slack[at] += term.slack[at] + 1e-6 * Math.abs(term.values[at]) + 1e-38
    }
  }
  return { table: sum(terms.map(({ table }) => table)), values, slack }
}

function trellisSample(random: Random, rows: number, dim: number): Sample {
  const { parts, values } = trellisParts(random, rows, dim)
  return exactly(trellis(parts), values)
}

function bitshiftSample(random: Random, rows: number, dim: number): Sample {
  const { parts, count, half, valuesOf } = bitshiftParts(random, rows, dim)
  const levels = [denseSample, quantizedSample][below(random, 2)](random, count, half)
  return exactly(bitshift(parts, levels.table), valuesOf(levels.values))
}

/** `H x` for the reflection of the unit vector w, which belongs to the columns from `axis` on, by its definition. */
function reflected(x: Float64Array, w: readonly number[], axis: number): Float64Array {
  const v = w.map((value, j) => value + (j > 0 ? 0 : value < 0 ? -1 : 1))
  const product = v.reduce((total, value, j) => total + value * x[axis + j], 0)
  return x.map((value, j) => (j < axis ? value : value - (v[j - axis] * product) / (1 + Math.abs(w[0]))))
}

function householderSample(random: Random, rows: number, dim: number): Sample {
  const elements = rows * dim - (rows * (rows - 1)) / 2
  const width = 1 + below(random, 12)
  const vectors = leafSample(random, Math.ceil(elements / width), width)
  const units: number[][] = []
  for (let i = 0, at = 0; i < rows; at += dim - i, i++) {
    const vector = Array.from(vectors.values.subarray(at, at + dim - i))
    const length = Math.sqrt(vector.reduce((total, value) => total + value * value, 0))
    units.push(vector.map((value, j) => (length > 0 ? value / length : j === 0 ? 1 : 0)))
  }
  const values = new Float64Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    let row: Float64Array = new Float64Array(dim)
    row[i] = 1
    for (let axis = i; axis >= 0; axis--) row = reflected(row, units[axis], axis)
    values.set(row, i * dim)
  }
  return { table: householder(rows, dim, vectors.table), values, slack: new Float64Array(rows * dim).fill(1e-6) }
}

function offsetSample(random: Random, rows: number, dim: number, depth: number): Sample {
  const source = sample(random, rows, dim, depth - 1)
  const [, numbers] = floatTensor(random, [1, dim])
  const vector: Tensor<'F32'> = { dtype: 'F32', shape: [dim], data: Float32Array.from(numbers) }
  return {
    table: offset(vector, source.table),
    values: source.values.map((value, at) => value + numbers[at % dim]),
    slack: source.slack.map((slack, at) => slack + 1e-6 * (Math.abs(source.values[at]) + Math.abs(numbers[at % dim])))
  }
}

function concatSample(random: Random, rows: number, dim: number, depth: number): Sample {
  const made = { values: new Float64Array(rows * dim), slack: new Float64Array(rows * dim) }
  const parts: Table[] = []
  for (let start = 0; start < dim; ) {
    const width = 1 + below(random, dim - start)
    const part = sample(random, rows, width, depth - 1)
    for (let i = 0; i < rows; i++) {
      made.values.set(pick(part.values, width, i), i * dim + start)
      made.slack.set(pick(part.slack, width, i), i * dim + start)
    }
    parts.push(part.table)
    start += width
  }
  return { table: concat(parts), ...made }
}

function scaleSample(random: Random, rows: number, dim: number, depth: number): Sample {
  const source = sample(random, rows, dim, depth - 1)
  const factors = Float32Array.from({ length: 1 + below(random, 4) }, () => 2 ** (4 * random() - 2))
  const levels: number[] = []
  while (levels.length < rows) {
    const level = below(random, factors.length)
    for (let left = 1 + below(random, 5); left > 0 && levels.length < rows; left--) levels.push(level)
  }
  const factorAt = (at: number) => factors[levels[Math.floor(at / dim)]]
  return {
    table: scale({ runs: packRuns(levels, factors.length), factors }, source.table),
    values: source.values.map((value, at) => value * factorAt(at)),
    slack: source.slack.map((slack, at) => (slack + 1e-6 * Math.abs(source.values[at])) * factorAt(at))
  }
}

/** A random table without operands. */
function leafSample(random: Random, rows: number, dim: number): Sample {
  const kinds = [denseSample, quantizedSample, trellisSample, nonuniformSample, seededSample, bitshiftSample]
  return kinds[below(random, kinds.length)](random, rows, dim)
}

/** A random table of any kind, nested up to `depth` times. */
export function sample(random: Random, rows: number, dim: number, depth: number): Sample {
  const kind = below(random, depth > 0 ? 11 : 3)
  if (kind < 3) return leafSample(random, rows, dim)
  if (kind === 7) return rows > 0 && rows <= dim ? householderSample(random, rows, dim) : leafSample(random, rows, dim)
  if (kind === 8) return offsetSample(random, rows, dim, depth)
  if (kind === 9) return concatSample(random, rows, dim, depth)
  if (kind === 10) return scaleSample(random, rows, dim, depth)
  return [productSample, partitionSample, gatherSample, sumSample][kind - 3](random, rows, dim, depth)
}

/** Random tables, up to 12 × 20. */
export const samples = fc
  .record({
    seed: fc.integer(),
    rows: fc.integer({ min: 0, max: 12 }),
    dim: fc.integer({ min: 1, max: 20 }),
    depth: fc.nat(3)
  })
  .map(({ seed, rows, dim, depth }) => sample(generator(seed), rows, dim, depth))

/** All rows of a table by `readRow`. */
export function decode(table: Table): Float32Array {
  const out = new Float32Array(table.rows * table.dim)
  for (let row = 0; row < table.rows; row++) table.readRow(row, out.subarray(row * table.dim, (row + 1) * table.dim))
  return out
}
