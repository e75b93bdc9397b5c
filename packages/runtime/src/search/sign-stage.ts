import { quantized } from '../kinds/quantized.js'
import { codeBytes } from '../kinds/unpack.js'
import type { Table } from '../table/table.js'
import type { ModuleOptions } from '../wasm.js'
import type { FirstStage } from './first-stage.js'
import { eachRow, linearFormOf } from './linear-form.js'
import { codeSearch } from './nearest-codes.js'

/** Signs of coefficients, one bit each. A query is brought to the mean length of the rows, and the shift taken off. */
export function signStage(table: Table, plain: boolean, { module }: ModuleOptions): FirstStage {
  const form = linearFormOf(table)
  const { rows, dim: bits } = form.coefficients
  const size = codeBytes(bits, 1)
  const codes = new Uint8Array(rows * size)
  let total = 0
  eachRow(table, form, (row, values, norm) => {
    for (let j = 0; j < bits; j++) if (!(values[j] < 0)) codes[row * size + (j >> 3)] |= 1 << (j & 7)
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
      return search.nearest(code, { k: count, exclude: omitted }).map(({ row }) => row)
    }
  }
}
