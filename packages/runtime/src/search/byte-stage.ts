import type { Table } from '../table/table.js'
import type { ModuleOptions } from '../wasm.js'
import type { Scored } from './best.js'
import { byteQuery, encodeBytes, scalesOf, together, width } from './byte-codes.js'
import { plainByteScanner } from './byte-scanner.js'
import type { FirstStage } from './first-stage.js'
import { linearFormOf } from './linear-form.js'
import { simdByteScanner } from './simd-bytes.js'

/** Keeps the best `count` of the rows that it is shown, in order; those of equal score by lower row. */
function keeper(count: number): { add(row: number, score: number): number; readonly kept: Scored[] } {
  const kept: Scored[] = []
  let limit = -Infinity
  const trim = () => {
    kept.sort((a, b) => b.score - a.score || a.row - b.row)
    if (kept.length > count) kept.length = count
    if (kept.length === count) limit = kept[count - 1].score
  }
  return {
    kept,
    add(row, score) {
      kept.push({ row, score })
      if (kept.length === 2 * count) trim()
      return limit
    }
  }
}

/** Coefficients in 8 bits. */
export function byteStage(table: Table, plain: boolean, { module }: ModuleOptions): FirstStage {
  const { rows } = table
  const form = linearFormOf(table)
  const stride = Math.ceil(form.coefficients.dim / width) * width
  const padded = Math.ceil(rows / together) * together
  const simd = plain ? undefined : simdByteScanner(rows, stride, padded, module)
  const { arrays, scan } = simd ?? plainByteScanner(rows, stride, padded)
  const scales = scalesOf(form)
  encodeBytes(table, form, scales, arrays)
  return {
    engine: simd ? 'simd' : 'plain',
    byteLength: padded * (stride + 8),
    candidates(query, count, omitted) {
      const { values, constant } = form.project(query)
      const { add, kept } = keeper(count)
      let limit = -Infinity
      scan(byteQuery(values, constant, scales, stride), (row, score) => {
        if (!omitted.has(row)) limit = add(row, score)
        return limit
      })
      kept.sort((a, b) => b.score - a.score || a.row - b.row)
      return kept.slice(0, count).map(({ row }) => row)
    }
  }
}
