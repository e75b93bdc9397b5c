import { quantized } from '../kinds/quantized.js'
import { codeBytes } from '../kinds/unpack.js'
import type { Table } from '../table/table.js'
import type { ModuleOptions } from '../wasm.js'
import { bestOf } from './best.js'
import type { FirstStage } from './first-stage.js'
import { eachRow, linearFormOf } from './linear-form.js'
import { codeSearch } from './nearest-codes.js'

/** Rows of fewest different bits, for each candidate, that are compared with the query as it is. */
const screened = 8

/** What each byte of a code adds to the inner product of a query with signs, ±1: `256 × bytes`. */
function termsOf(query: Float32Array, size: number): Float32Array {
  const terms = new Float32Array(256 * size)
  for (let byte = 0; byte < size; byte++) {
    const at = 256 * byte
    for (let j = 8 * byte; j < Math.min(8 * byte + 8, query.length); j++) terms[at] -= query[j]
    // A byte with its highest bit is one without it, of which that sign is turned.
    for (let code = 1; code < 256; code++) {
      const bit = 31 - Math.clz32(code)
      terms[at + code] = terms[at + code - (1 << bit)] + 2 * (query[8 * byte + bit] ?? 0)
    }
  }
  return terms
}

/**
 * Signs of coefficients, one bit each. A query is brought to the mean length of the rows, and the shift taken off. The bits in which a row differs
 * from it say which rows are compared with the query's own numbers, which say more than their signs do.
 */
export function signStage(table: Table, plain: boolean, { module }: ModuleOptions): FirstStage {
  const form = linearFormOf(table)
  const { rows, dim: bits } = form.coefficients
  const size = codeBytes(bits, 1)
  const codes = new Uint8Array(rows * size)
  // What a sign stands for in each column: the mean size of its values.
  const sizes = new Float64Array(bits)
  let total = 0
  eachRow(table, form, (row, values, norm) => {
    for (let j = 0; j < bits; j++) {
      if (!(values[j] < 0)) codes[row * size + (j >> 3)] |= 1 << (j & 7)
      if (norm < Infinity) sizes[j] += Math.abs(values[j])
    }
    if (norm < Infinity) total += norm
  })
  const scale = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(2) } as const
  const search = codeSearch(quantized({ dim: bits, bits: 1, groupSize: bits, codes, scale, zero: 0.5 }), {
    plain,
    module
  })
  return {
    engine: search.engine,
    byteLength: rows * size,
    candidates(query, count, omitted) {
      const length = Math.sqrt(query.reduce((sum, value) => sum + value * value, 0))
      const times = length > 0 ? total / rows / length : 0
      const centred = query.map((value, j) => value * times - form.shift[j])
      const code = Float32Array.from(form.project(centred).values)
      const near = search.nearest(code, { k: screened * count, exclude: omitted })
      if (near.length <= count) return near.map(({ row }) => row)
      const terms = termsOf(
        code.map((value, j) => value * sizes[j]),
        size
      )
      const best = bestOf(count)
      for (const { row } of near.sort((a, b) => a.row - b.row)) {
        let score = 0
        for (let byte = 0, at = row * size; byte < size; byte++, at++) score += terms[256 * byte + codes[at]]
        if (best.wants(score)) best.add({ row, score })
      }
      return best.heap.map(({ row }) => row)
    }
  }
}
