import { checkChildren, checkRow, fail, numbered } from '../check.js'
import type { TableKind } from '../kinds/kind.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import type { Matrix } from '../table/matrix.js'
import type { LoadNode, Table } from '../table/table.js'

/** Where the columns of each part begin. Throws `bad-input` without parts, or when they have not the same number of rows. */
function startsOf(parts: readonly { readonly rows: number; readonly dim: number }[]) {
  const { rows } = parts[0] ?? fail('bad-input', 'concat: there are no parts')
  const odd = parts.find((part) => part.rows !== rows)
  if (odd) fail('bad-input', `concat: a part has ${odd.rows} rows, another ${rows}`)
  const starts: number[] = []
  let dim = 0
  for (const part of parts) {
    starts.push(dim)
    dim += part.dim
  }
  return { rows, dim, starts }
}

/** The parts side by side, in blocks. */
function expandParts(rows: number, dim: number, parts: readonly Matrix[]): Matrix {
  return {
    rows,
    dim,
    async read(start, count, into) {
      const out = into ?? new Float32Array(count * dim)
      let column = 0
      for (const part of parts) {
        const block = await part.read(start, count)
        for (let i = 0; i < count; i++) {
          out.set(block.subarray(i * part.dim, (i + 1) * part.dim), i * dim + column)
        }
        column += part.dim
      }
      return out
    }
  }
}

/**
 * Tables of as many rows side by side: each row is the rows of all parts, one after another (product quantization: Jégou, Douze and
 * Schmid 2011).
 *
 * Throws `bad-input` without parts, or when they have not the same number of rows.
 */
export function concat(parts: readonly Table[]): Table {
  const { rows, dim, starts } = startsOf(parts)
  const children = Object.fromEntries(parts.entries())
  const scratch = parts.map((part) => new Float32Array(part.dim))
  const columns = <T extends Float32Array | Float64Array>(values: T, i: number): T =>
    values.subarray(starts[i], starts[i] + parts[i].dim) as T

  /** Adds what each part computes of every row. */
  function everyRow(compute: (part: Table, i: number, some: Float64Array) => void, out: Float64Array): void {
    const some = new Float64Array(rows)
    out.fill(0, 0, rows)
    for (const [i, part] of parts.entries()) {
      compute(part, i, some)
      for (let row = 0; row < rows; row++) out[row] += some[row]
    }
  }

  return {
    kind: 'concat',
    rows,
    dim,
    config: {},
    tensors: {},
    children,
    readRow(row, out) {
      checkRow(row, rows)
      for (let i = 0; i < parts.length; i++) {
        parts[i].readRow(row, scratch[i])
        out.set(scratch[i], starts[i])
      }
    },
    with(next) {
      checkChildren('concat', children, next)
      return concat(numbered(next))
    },
    weightsFor: (_child, weights) => weights,
    addRows(ids, weights, out, ask) {
      for (const [i, part] of parts.entries()) ask.addRows(part, ids, weights, columns(out, i))
    },
    dots: (query, out, ask) => everyRow((part, i, some) => ask.dots(part, columns(query, i), some), out),
    squaredNorms: (out, ask) => everyRow((part, _i, some) => ask.squaredNorms(part, some), out),
    expand: (operands) => expandParts(rows, dim, numbered(operands))
  }
}

export const loadConcat: LoadNode = (_config, _tensors, children) => concat(numbered(children))

/** Every row is a row of each part. */
export function selectConcat({ children }: RemoteParts): Selection {
  const take = numbered(children)
  const { rows, dim } = startsOf(take)
  return { rows, dim, take }
}

/** How a `concat` node is rebuilt from a file. */
export const concatKind: TableKind = { kind: 'concat', load: loadConcat }
