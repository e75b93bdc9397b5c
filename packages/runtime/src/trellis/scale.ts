import { checkChildren, checkRow, childOf, fail } from '../check.js'
import { type TableKind, tensorOf } from '../kinds/kind.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import { once, together } from '../remote/together.js'
import type { LoadNode, Table } from '../table/table.js'
import { levelOf, packRuns, parseRuns } from './runs.js'

/** The factors of the rows of a `scale`. */
export interface RowFactors {
  /** The level of each row, as runs of rows (`packRuns`). */
  readonly runs: Uint8Array
  /** The factor of each level, 1 to 128 numbers. */
  readonly factors: Float32Array
}

const mostLevels = 128

/**
 * The table whose row i is row i of `source` times a factor: one of a few, for rows that were made as much larger before they were
 * coded, since their errors count for more.
 *
 * Throws `bad-input` for runs that do not cover the rows, no or too many factors, and a factor that is not a finite number above 0.
 */
export function scale({ runs, factors }: RowFactors, source: Table): Table {
  const { rows, dim } = source
  const count = factors.length
  if (!(count >= 1 && count <= mostLevels))
    fail('bad-input', `scale: expected 1 to ${mostLevels} factors, got ${count}`)
  const odd = factors.find((factor) => !(factor > 0 && factor < Infinity))
  if (odd !== undefined) fail('bad-input', `scale: a factor of ${odd}`)
  const parsed = parseRuns(runs, count, rows)
  const level = levelOf(parsed)
  const factorOf = (row: number) => factors[level(row)]
  const children = { source }
  return {
    kind: 'scale',
    rows,
    dim,
    config: {},
    tensors: {
      factors: { dtype: 'F32', shape: [count], data: factors },
      runs: { dtype: 'U8', shape: [runs.length], data: runs }
    },
    children,
    readRow(row, out) {
      checkRow(row, rows)
      source.readRow(row, out)
      const factor = factorOf(row)
      for (let j = 0; j < dim; j++) out[j] *= factor
    },
    with(next) {
      checkChildren('scale', children, next)
      return scale({ runs, factors }, childOf(next, 'source'))
    },
    weightsFor: (_child, weights) => weights.map((weight, row) => weight * factorOf(row) ** 2),
    addRows(ids, weights, out, ask) {
      const scaled = Float64Array.from({ length: ids.length }, (_, i) => {
        checkRow(ids[i], rows)
        return weights[i] * factorOf(ids[i])
      })
      ask.addRows(source, ids, scaled, out)
    },
    dots(query, out, ask) {
      ask.dots(source, query, out)
      for (let i = 0; i < rows; i++) out[i] *= factorOf(i)
    },
    squaredNorms(out, ask) {
      ask.squaredNorms(source, out)
      for (let i = 0; i < rows; i++) out[i] *= factorOf(i) ** 2
    },
    expand: ({ source: matrix }) => ({
      rows,
      dim,
      async read(start, length, into) {
        const block = await matrix.read(start, length)
        const out = into ?? new Float32Array(length * dim)
        for (let i = 0, at = 0; i < length; i++) {
          const factor = factorOf(start + i)
          for (let j = 0; j < dim; j++, at++) out[at] = block[at] * factor
        }
        return out
      }
    })
  }
}

export const loadScale: LoadNode = (_config, tensors, children) =>
  scale(
    {
      runs: tensorOf(tensors, 'runs', ['U8'], 1).data,
      factors: tensorOf(tensors, 'factors', ['F32'], 1).data
    },
    childOf(children, 'source')
  )

/** Rows of a `scale` are the same rows of its source, with their own factors. */
export function selectScale({ tensors, children, load }: RemoteParts): Selection {
  const source = childOf(children, 'source')
  const own = once(async (options) => {
    const { runs, factors } = await together(tensors, (tensor) => tensor.all(options))
    const count = tensorOf({ factors }, 'factors', ['F32'], 1).data.length
    const parsed = parseRuns(tensorOf({ runs }, 'runs', ['U8'], 1).data, Math.max(1, count), source.rows)
    return { factors, count, level: levelOf(parsed) }
  })
  return {
    rows: source.rows,
    dim: source.dim,
    async take(ids, options) {
      const { factors, count, level } = await own(options)
      const data = packRuns(ids.map(level), count)
      const runs = { dtype: 'U8', shape: [data.length], data } as const
      return load({}, { factors, runs }, { source: await source.take(ids, options) })
    }
  }
}

/** How a `scale` node is rebuilt from a file. */
export const scaleKind: TableKind = { kind: 'scale', load: loadScale }
