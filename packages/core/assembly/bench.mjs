// Nanoseconds a value of each kernel and of the same in JavaScript, least of many runs. Needs a build: node assembly/bench.mjs
import { compareRows, normsOf, plainCompare } from '../dist/tensor/kernels/compare.js'
import { decodeRows } from '../dist/tensor/kernels/decode.js'
import { encodeRows, plainEncode } from '../dist/tensor/kernels/encode.js'
import { areFinite } from '../dist/tensor/kernels/finite.js'
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
  console.log(`${name.padEnd(16)} ${((best * 1e6) / values.length).toFixed(2)} ns`)
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
