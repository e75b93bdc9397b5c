import { codeBytes, floatsOf, SlimbedError, type Table, type Tensor } from '@slimbed/core'
import { packCodes } from '@slimbed/core/numbers'
import { factorsOf, valuesOf } from '@slimbed/runtime/kinds'
import { unpackIndex } from '@slimbed/runtime/trellis'
import { codeNumbers, floatTensor, numberRows } from '../numbers.js'
import { add, floats, concat as join, matMul, reshape, gather as take, wholes } from '../operations.js'
import type { Pattern, Writing } from '../pattern.js'
import { valuesOfRows } from './values.js'

/** Rows of `left`, then `MatMul`: only the rows that are asked for are multiplied. */
export const product: Pattern = (table, ids, key, { b, table: write }) => {
  const factors = factorsOf(table)
  if (!factors) throw new SlimbedError('unsupported', 'a product without factors')
  return matMul(b, write(factors.left, ids, `${key}/left`), write(factors.right, undefined, `${key}/right`))
}

/** The rows of every term, added. */
export const sum: Pattern = ({ children }, ids, key, { b, table: write }) =>
  Object.entries(children)
    .map(([name, term]) => write(term, ids, `${key}/${name}`))
    .reduce((left, right) => add(b, left, right))

/** One row added to all. */
export const offset: Pattern = ({ dim, tensors, children }, ids, key, { b, table: write }) => {
  const values = floatsOf(tensors.offset as Tensor<'F32' | 'F16'>)
  return add(b, write(children.source, ids, `${key}/source`), floats(b, `${key}/offset`, [dim], values))
}

/** The row of its source that each row of a `gather` or a `codebook` is. */
function indexOf({ kind, config, tensors }: Table): ArrayLike<number> {
  const { data } = tensors.index
  if (kind === 'gather' || !(data instanceof Uint8Array)) return data
  return unpackIndex({ rows: Number(config.rows), bits: Number(config.bits), index: data })
}

/** The numbers of the rows, then rows of the source. */
export const gather: Pattern = (table, ids, key, { b, table: write }) =>
  write(table.children.source, numberRows(b, `${key}/index`, indexOf(table), ids), `${key}/source`)

const bitsFor = (rows: number): number => Math.max(1, Math.ceil(Math.log2(rows)))
const isCoded = ({ kind, children }: Table): boolean =>
  (kind === 'codebook' || kind === 'gather') && bitsFor(children.source.rows) <= 16

/** The rows of codebooks one after another: half floats where all have them. */
function booksOf(sources: readonly Table[], key: string, { b }: Writing): string {
  const shape = [sources.reduce((total, { rows }) => total + rows, 0), sources[0].dim]
  const halves = sources.map(valuesOf)
  if (halves.every((each) => each?.dtype === 'F16')) {
    const data = Uint16Array.from(halves.flatMap((each) => Array.from(each?.data ?? [])))
    return floatTensor(b, key, shape, { dtype: 'F16', data })
  }
  const values = new Float32Array(shape[0] * shape[1])
  let at = 0
  for (const source of sources) {
    values.set(valuesOfRows(source), at)
    at += source.rows * source.dim
  }
  return floats(b, key, shape, values)
}

/** Codes of parts as wide as each other, and where the codebook of each begins among all (product quantization). */
function coded(parts: readonly Table[], ids: string | undefined, key: string, writing: Writing): string {
  const { b } = writing
  const sources = parts.map(({ children }) => children.source)
  const [{ rows }, count] = [parts[0], parts.length]
  const bits = Math.max(...sources.map((source) => bitsFor(source.rows)))
  const numbers = new Uint16Array(rows * count)
  for (const [i, part] of parts.entries()) {
    const index = indexOf(part)
    for (let row = 0; row < rows; row++) numbers[row * count + i] = index[row]
  }
  const codes = new Uint8Array(rows * codeBytes(count, bits))
  packCodes(numbers, count, bits, codes)
  let start = 0
  const starts = sources.map((source) => {
    start += source.rows
    return start - source.rows
  })
  const own = codeNumbers(b, key, { rows, dim: count, bits, codes }, ids)
  const places = add(b, own, wholes(b, `${key}/starts`, [count], starts))
  return reshape(b, take(b, booksOf(sources, `${key}/books`, writing), places), [-1, count * sources[0].dim])
}

/** Runs of codes of one width are written together, other parts each by itself; then the columns side by side. */
export const concat: Pattern = ({ children }, ids, key, writing) => {
  const runs: Table[][] = []
  for (const part of Object.values(children)) {
    const last = runs.at(-1)
    if (last && isCoded(part) && isCoded(last[0]) && last[0].dim === part.dim) last.push(part)
    else runs.push([part])
  }
  const columns = runs.map((parts, i) =>
    isCoded(parts[0]) ? coded(parts, ids, `${key}/${i}`, writing) : writing.table(parts[0], ids, `${key}/${i}`)
  )
  return columns.length === 1 ? columns[0] : join(writing.b, columns, 1)
}
