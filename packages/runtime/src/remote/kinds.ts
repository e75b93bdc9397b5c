import { childOf, fail } from '../check.js'
import { asCorrupt } from '../error.js'
import { indexTypes } from '../kinds/kind.js'
import { positions } from '../kinds/partition.js'
import type { JsonObject, TableKind } from '../table.js'
import type { Tensor } from '../tensor.js'
import { once, type RemoteNode, type RemoteParts, together } from './node.js'
import type { ReadOptions } from './source.js'
import { type StoredTensor, storedOf } from './stored.js'

/** What a kind says of a node: its shape, and how some of its rows are taken. */
type Selected = Pick<RemoteNode, 'rows' | 'dim' | 'take'>

/** Some rows of a node are the same kind of node over some rows of these tensors and children, and all of the others. */
const byRow =
  ({ kind, config, tensors, children }: RemoteParts, rows: number, ofRows: readonly unknown[]): RemoteNode['take'] =>
  async (ids, options) => {
    const [some, operands] = await Promise.all([
      together(tensors, (tensor) => (ofRows.includes(tensor) ? tensor.rows(ids, options) : tensor.all(options))),
      together(children, (child) => (ofRows.includes(child) ? child.take(ids, options) : child.whole(options)))
    ])
    const table = kind.load(config, some, operands)
    return table.rows === ids.length ? table : fail('corrupt-file', `${kind.kind}: expected parts of ${rows} rows`)
  }

function dense(parts: RemoteParts): Selected {
  const data = storedOf(parts.tensors, 'data', ['F32', 'F16', 'BF16'], 2)
  const [rows, dim] = [data.shape[0]!, data.shape[1]!]
  return { rows, dim, take: byRow(parts, rows, [data]) }
}

function quantized(parts: RemoteParts): Selected {
  const { config, tensors } = parts
  const codes = storedOf(tensors, 'codes', ['U8'], 2)
  const rows = codes.shape[0]!
  const scaleRows = storedOf(tensors, 'scale', ['F32', 'F16'], 2).shape[0]!
  if (scaleRows !== 1 && scaleRows !== rows) {
    fail('bad-input', `quantized: expected a scale of 1 or ${rows} rows, got ${scaleRows}`)
  }
  const ofRows = [codes, ...(scaleRows === 1 ? [] : [tensors.scale, tensors.zero])]
  return { rows, dim: Number(config.dim), take: byRow(parts, rows, ofRows) }
}

function product(parts: RemoteParts): Selected {
  const left = childOf(parts.children, 'left')
  return { rows: left.rows, dim: childOf(parts.children, 'right').dim, take: byRow(parts, left.rows, [left]) }
}

function partition({ kind, config, tensors, children }: RemoteParts): Selected {
  const group = storedOf(tensors, 'group', indexTypes, 1)
  const parts = Object.keys(children).map((_name, id) => childOf(children, String(id)))
  const placed = once(async (options) => {
    const ids = (await group.all(options)).data
    return { ids, position: positions(ids, parts) }
  })
  return {
    rows: group.shape[0]!,
    dim: parts[0]?.dim ?? fail('bad-input', 'partition: there are no parts'),
    async take(rows, options) {
      const { ids, position } = await placed(options)
      const groups = Uint32Array.from(rows, (row) => ids[row]!)
      const own = parts.map((_, id) => rows.filter((_row, i) => groups[i] === id).map((row) => position[row]!))
      const taken = await together(children, (part, name) => part.take(own[Number(name)]!, options))
      return kind.load(config, { group: { dtype: 'U32', shape: [groups.length], data: groups } }, taken)
    }
  }
}

function gather({ tensors, children }: RemoteParts): Selected {
  const index = storedOf(tensors, 'index', indexTypes, 1)
  const source = childOf(children, 'source')
  return {
    rows: index.shape[0]!,
    dim: source.dim,
    async take(rows, options) {
      const ids = Uint32Array.from((await index.rows(rows, options)).data)
      const odd = ids.find((id) => id >= source.rows)
      if (odd !== undefined) fail('bad-input', `gather: row ${odd} of its source, which has ${source.rows} rows`)
      return source.take(ids, options)
    }
  }
}

function sum(parts: RemoteParts): Selected {
  const terms = Object.values(parts.children)
  const { rows, dim } = terms[0] ?? fail('bad-input', 'sum: there are no terms')
  if (terms.some((term) => term.rows !== rows)) fail('bad-input', `sum: expected terms of ${rows} rows`)
  return { rows, dim, take: byRow(parts, rows, terms) }
}

const selections: Readonly<Record<string, (parts: RemoteParts) => Selected>> = {
  dense,
  quantized,
  product,
  partition,
  gather,
  sum
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
      const { rows, dim, take } = select({ kind, config, tensors, children })
      const load = async (options: ReadOptions) => {
        const [own, operands] = await Promise.all([
          together(tensors, (tensor: StoredTensor): Promise<Tensor> => tensor.all(options)),
          together(children, (child) => child.whole(options))
        ])
        return kind.load(config, own, operands)
      }
      return {
        kind: kind.kind,
        rows,
        dim,
        tensors,
        children,
        take: (ids, options) => take(ids, options).catch(asCorrupt),
        whole: once((options) => load(options).catch(asCorrupt))
      }
    }
  }
}
