import { asCorrupt } from '../error.js'
import type { TableKind } from '../kinds/kind.js'
import { ruleOf, selectRules } from '../kinds/rules.js'
import type { JsonObject } from '../table/table.js'
import type { RemoteNode, RemoteParts } from './node.js'
import { once, together } from './together.js'

const noRows = new Uint32Array()

/** Takes rows of a node: the same kind of node, with some rows of the parts in `byRow` and all of the other parts. */
const takeBy =
  ({ load, config, tensors, children }: RemoteParts, byRow: readonly unknown[]): RemoteNode['take'] =>
  async (ids, options) => {
    const [own, operands] = await Promise.all([
      together(tensors, (tensor) => (byRow.includes(tensor) ? tensor.rows(ids, options) : tensor.all(options))),
      together(children, (child) => (byRow.includes(child) ? child.take(ids, options) : child.whole(options)))
    ])
    return load(config, own, operands)
  }

/** Builds nodes of a kind over tensors in a file. */
export interface RemoteKind {
  load(config: JsonObject, tensors: RemoteNode['tensors'], children: RemoteNode['children']): RemoteNode
}

/** How a kind is built over tensors in a file; undefined if its rows cannot be read separately. */
export function remoteKind(kind: TableKind): RemoteKind | undefined {
  const select = kind.select ?? ruleOf(selectRules, kind)
  if (!select) return undefined
  return {
    load(config, tensors, children) {
      const parts: RemoteParts = { config, tensors, children, load: kind.load }
      const { rows, dim, held, take: by } = select(parts)
      const take = typeof by === 'function' ? by : takeBy(parts, by)
      const all = takeBy(parts, [])
      return {
        kind: kind.kind,
        rows,
        dim,
        held,
        by,
        ...parts,
        take: (ids, options) => take(ids, options).catch(asCorrupt),
        whole: once((options) => all(noRows, options).catch(asCorrupt))
      }
    }
  }
}
