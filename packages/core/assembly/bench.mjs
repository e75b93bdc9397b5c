// Nanoseconds a value of each kernel and of the same in JavaScript, least of many runs. Needs a build: node assembly/bench.mjs
import { fillFrom } from '../dist/tensor/jobs/stored-input.js'
import { compareRows, normsOf, plainCompare } from '../dist/tensor/kernels/compare.js'
import { decodeRows } from '../dist/tensor/kernels/decode.js'
import { gramOfEightBits } from '../dist/tensor/kernels/eight-bit-gram.js'
import { eightBitGrids } from '../dist/tensor/kernels/eight-bit-grids.js'
import { quantizeEightBits } from '../dist/tensor/kernels/eight-bit-rows.js'
import { eightBitFloats } from '../dist/tensor/kernels/eight-bits.js'
import { encodeRows, plainEncode } from '../dist/tensor/kernels/encode.js'
import { areFinite } from '../dist/tensor/kernels/finite.js'
import { panelsOf, quantizeProjected } from '../dist/tensor/kernels/projected.js'
import { quantizeRows } from '../dist/tensor/kernels/quantize.js'
import { plainRanges, rangesOf } from '../dist/tensor/kernels/ranges.js'

const rows = 2048
const dim = 256
const values = Float32Array.from({ length: rows * dim }, (_, i) => Math.sin(i))
const out = new Float32Array(rows * dim)
const sums = new Float64Array(rows * 5)

/** @param {string} name @param {() => void} work */
function show(name, work) {
  let best = Infinity
  for (let turn = 0; turn < 40; turn++) {
    const start = performance.now()
    work()
    best = Math.min(best, performance.now() - start)
  }
  console.log(`${name.padEnd(19)} ${((best * 1e6) / values.length).toFixed(2)} ns`)
}

show('copy', () => out.set(values))
show('finite', () => areFinite(values))
show('ranges', () => rangesOf(values, dim, dim))
show('ranges, plain', () => plainRanges(values, dim, dim))
for (const bits of [8, 4, 1]) {
  const top = 2 ** bits - 1
  const grids = { dim, bits, groupSize: dim, scale: new Float32Array(rows).fill(2 / top), zero: top / 2 }
  const codes = new Uint8Array((rows * dim * bits) / 8)
  show(`encode ${bits}`, () => encodeRows(values, grids, codes))
  show(`encode ${bits}, plain`, () => plainEncode(values, grids, codes))
  show(`quantize ${bits}`, () => quantizeRows({ input: values, ...grids }, codes, sums))
  show(`decode ${bits}`, () => decodeRows(codes, grids, 0, rows, out))
}
show('compare', () => compareRows(values, out, dim, sums))
show('compare, plain', () => plainCompare(values, out, dim, sums))
show('norms', () => normsOf(values, dim, sums))

/** F8_E4M3, and codes of it as those of embeddings. */
const magnitudeOf = (/** @type {number} */ code) =>
  code < 8 ? code / 512 : (1 + (code & 7) / 8) * 2 ** ((code >> 3) - 7)
const type = {
  fraction: 3,
  bias: 7,
  infinity: 128,
  nan: 127,
  values: Float32Array.from({ length: 256 }, (_, code) =>
    (code & 127) === 127 ? Number.NaN : (code < 128 ? 1 : -1) * magnitudeOf(code & 127)
  )
}
const input = Uint8Array.from(values, (value) => (value < 0 ? 128 : 0) + Math.floor(70 * Math.abs(value)))
const fill = fillFrom([input])
show('eight bits', () => eightBitFloats(input, type, out))
for (const [name, zero] of /** @type {const} */ ([
  ['rise', 7.5],
  ['level', 8]
])) {
  const scaleOf = (/** @type {number} */ min, /** @type {number} */ max) =>
    Math.ceil((Math.max(max, -min) / 7.5) * 1024) / 1024
  const grids = eightBitGrids(type, { dim, bits: 4, zero }, scaleOf)
  const [codes, scale] = [new Uint8Array((rows * dim) / 2), new Float32Array(rows)]
  show(`quantize 8>4, ${name}`, () => quantizeEightBits({ rows, fill, type, grids }, codes, scale, () => {}))
}
for (const columns of [64, 256]) {
  const part = new Float64Array(columns * columns)
  show(`gram of 8, ${columns}`, () => gramOfEightBits({ rows: input.length / columns, fill, type }, columns, part))
}
for (const [columns, width] of /** @type {const} */ ([
  [64, 31],
  [256, 127]
])) {
  const small = (/** @type {number} */ rows, /** @type {number} */ columns) =>
    panelsOf({ rows, dim: columns, data: values.subarray(0, rows * columns) })
  const [basis, right] = [small(columns, width), small(width, columns)]
  const grids = { dim: columns, width, bits: 4, zero: 7.5, basis, right }
  const count = input.length / columns
  const [codes, scale] = [new Uint8Array(count * Math.ceil(width / 2)), new Float32Array(count)]
  const scaleOf = (/** @type {number} */ min, /** @type {number} */ max) => Math.max(max, -min) / 7.5
  for (const [name, given, own] of /** @type {const} */ ([
    ['8', fill, type],
    ['32', values, undefined]
  ])) {
    const work = () =>
      quantizeProjected({ rows: count, values: given, type: own }, grids, scaleOf, codes, scale, () => {})
    show(`project ${name}>4, ${columns}`, work)
  }
}
