import { tensorView } from '../file/view.js'
import type { RemoteNode, StoredTensor } from '../remote/node.js'
import type { LoadNode, Table } from '../table/table.js'
import type { Tensor } from '../table/tensor.js'
import type { DiskRows } from './disk-rows.js'

/** Takes rows at once; undefined where they must be waited for. Throws as reading does. */
export type TakeNow = (ids: Uint32Array) => Table | undefined

type PartNow<Part> = (ids: Uint32Array) => Part | undefined

/** The parts of a record for some rows; undefined where one must be waited for. */
function partsOf<Part>(record: Readonly<Record<string, PartNow<Part>>>, ids: Uint32Array) {
  const parts: Record<string, Part> = {}
  for (const name of Object.keys(record)) {
    const part = record[name](ids)
    if (part === undefined) return undefined
    parts[name] = part
  }
  return parts
}

/** Rows of a tensor as it lies in its file. */
function rowsOf({ entry, shape }: StoredTensor, rows: DiskRows): PartNow<Tensor> | undefined {
  if (!entry) return undefined
  const [count, ...others] = shape
  return (ids) => {
    const bytes = rows.rowsNow(entry, (entry.end - entry.begin) / count, ids)
    return bytes && tensorView(bytes, { ...entry, shape: [ids.length, ...others], begin: 0, end: bytes.length })
  }
}

const isOneOf = (list: readonly unknown[], one: unknown) => list.includes(one)

/** What takes rows of a node at once, over the parts that all of its rows need; undefined where some kind takes rows in a way of its own. */
export async function takerOf(node: RemoteNode, rows: DiskRows): Promise<TakeNow | undefined> {
  const { by, config, load } = node
  if (typeof by === 'function') return undefined
  const tensors: Record<string, PartNow<Tensor>> = {}
  for (const [name, tensor] of Object.entries(node.tensors)) {
    const whole = isOneOf(by, tensor) ? undefined : await tensor.all({})
    const part = whole ? () => whole : rowsOf(tensor, rows)
    if (!part) return undefined
    tensors[name] = part
  }
  const children: Record<string, TakeNow> = {}
  for (const [name, child] of Object.entries(node.children)) {
    const whole = isOneOf(by, child) ? undefined : await child.whole({})
    const part = whole ? () => whole : await takerOf(child, rows)
    if (!part) return undefined
    children[name] = part
  }
  return make(load, config, tensors, children)
}

const make =
  (
    load: LoadNode,
    config: RemoteNode['config'],
    tensors: Readonly<Record<string, PartNow<Tensor>>>,
    children: Readonly<Record<string, TakeNow>>
  ): TakeNow =>
  (ids) => {
    const own = partsOf(tensors, ids)
    const operands = own && partsOf(children, ids)
    return operands && load(config, own, operands)
  }
