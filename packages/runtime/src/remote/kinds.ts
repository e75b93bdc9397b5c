import { childOf, fail } from '../check.js'
import { asCorrupt } from '../error.js'
import { dense } from '../kinds/dense.js'
import { indexTypes, tensorOf } from '../kinds/kind.js'
import { positions } from '../kinds/partition.js'
import type { JsonObject, TableKind } from '../table.js'
import type { DType } from '../tensor.js'
import { once, type RemoteNode, type RemoteParts, together } from './node.js'
import type { StoredTensor } from './stored.js'

/** What a kind says of a node: its rows and columns, and what of it goes by row, or how some of its rows are taken. */
type Selected = readonly [rows: number, dim: number, byRow: readonly unknown[] | RemoteNode['take']]

/** The tensor `name` of a node. */
const stored = (tensors: RemoteNode['tensors'], name: string, dtypes: readonly DType[], dims: number) =>
  tensorOf<DType, StoredTensor>(tensors, name, dtypes, dims)

/** Some rows of a node are the same kind of node over some rows of what goes by row, and all of the rest. */
const takeBy =
  ({ kind, config, tensors, children }: RemoteParts, byRow: readonly unknown[]): RemoteNode['take'] =>
  async (ids, options) => {
    const [own, operands] = await Promise.all([
      together(tensors, (tensor) => (byRow.includes(tensor) ? tensor.rows(ids, options) : tensor.all(options))),
      together(children, (child) => (byRow.includes(child) ? child.take(ids, options) : child.whole(options)))
    ])
    return kind.load(config, own, operands)
  }

const selections: Readonly<Record<string, (parts: RemoteParts) => Selected>> = {
  dense({ tensors }) {
    const data = stored(tensors, 'data', ['F32', 'F16', 'BF16'], 2)
    return [data.shape[0], data.shape[1], [data]]
  },

  quantized({ config, tensors }) {
    const codes = stored(tensors, 'codes', ['U8'], 2)
    const rows = codes.shape[0]
    const scale = stored(tensors, 'scale', ['F32', 'F16'], 2)
    const [scaleRows] = scale.shape
    if (scaleRows === 1) return [rows, Number(config.dim), [codes]]
    if (scaleRows !== rows) fail('bad-input', `quantized: expected a scale of 1 or ${rows} rows, got ${scaleRows}`)
    return [rows, Number(config.dim), [codes, scale, tensors.zero]]
  },

  product({ children }) {
    const left = childOf(children, 'left')
    return [left.rows, childOf(children, 'right').dim, [left]]
  },

  sum({ children }) {
    const terms = Object.values(children)
    const { rows, dim } = childOf(children, '0')
    if (terms.some((term) => term.rows !== rows)) fail('bad-input', `sum: expected terms of ${rows} rows`)
    return [rows, dim, terms]
  },

  partition({ kind, config, tensors, children }) {
    const group = stored(tensors, 'group', indexTypes, 1)
    const parts = Object.keys(children).map((_name, id) => childOf(children, String(id)))
    const placed = once(async (options) => {
      const ids = (await group.all(options)).data
      return { ids, position: positions(ids, parts) }
    })
    const { dim } = childOf(children, '0')
    // A part none of whose rows are asked for is not read: neither are the factors that all its rows need.
    const none = Promise.resolve(dense(0, dim, new Float32Array()))
    return [
      group.shape[0],
      dim,
      async (rows, options) => {
        const { ids, position } = await placed(options)
        const data = rows.map((row) => ids[row])
        const own = parts.map((): number[] => [])
        for (const row of rows) own[ids[row]].push(position[row])
        const taken = await together(children, (part, name) => {
          const some = own[Number(name)]
          return some.length > 0 ? part.take(Uint32Array.from(some), options) : none
        })
        return kind.load(config, { group: { dtype: 'U32', shape: [data.length], data } }, taken)
      }
    ]
  },

  gather({ tensors, children }) {
    const index = stored(tensors, 'index', indexTypes, 1)
    const source = childOf(children, 'source')
    return [
      index.shape[0],
      source.dim,
      async (rows, options) => {
        const ids = Uint32Array.from((await index.rows(rows, options)).data)
        const odd = ids.find((id) => id >= source.rows)
        if (odd !== undefined) fail('bad-input', `gather: row ${odd} of its source, which has ${source.rows} rows`)
        return source.take(ids, options)
      }
    ]
  }
}

/** How nodes of a kind are built over tensors in a file. */
export interface RemoteKind {
  load(config: JsonObject, tensors: RemoteNode['tensors'], children: RemoteNode['children']): RemoteNode
}

/** A kind over tensors in a file; undefined for one of which no rows can be read apart from the others. */
export function remoteKind(kind: TableKind): RemoteKind | undefined {
  const select = Object.hasOwn(selections, kind.kind) ? selections[kind.kind] : undefined
  if (!select) return undefined
  return {
    load(config, tensors, children) {
      const parts = { kind, config, tensors, children }
      const [rows, dim, byRow] = select(parts)
      const take = typeof byRow === 'function' ? byRow : takeBy(parts, byRow)
      const all = takeBy(parts, [])
      return {
        kind: kind.kind,
        rows,
        dim,
        tensors,
        children,
        take: (ids, options) => take(ids, options).catch(asCorrupt),
        whole: once((options) => all(noRows, options).catch(asCorrupt))
      }
    }
  }
}

const noRows = new Uint32Array()
