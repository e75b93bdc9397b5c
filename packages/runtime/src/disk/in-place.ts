import { tensorView } from '../file/view.js'
import { denseKind } from '../kinds/dense.js'
import { productKind } from '../kinds/product.js'
import { quantizedKind } from '../kinds/quantized.js'
import { sumKind } from '../kinds/sum.js'
import { loadNonuniform } from '../nonuniform/nonuniform.js'
import type { RemoteNode, StoredTensor } from '../remote/node.js'
import { readFloats } from '../table/half.js'
import type { Table } from '../table/table.js'
import { elements, type Tensor } from '../table/tensor.js'
import { type KeptRows, keptRows } from './kept-rows.js'
import type { Reads } from './reads.js'

/**
 * How nodes are made whose rows are worked out of the arrays that they were given, each time anew, if these are bytes or float32. Others work out something of all rows
 * at first, and would not notice that the arrays have other rows now.
 */
const plain = new Set([denseKind.load, quantizedKind.load, loadNonuniform, productKind.load, sumKind.load])

/** Rows of a table that are computed where they are kept. */
export interface RowsInPlace {
  readonly kept: KeptRows
  /** The table of the rows that are kept, by their places. */
  readonly table: Table
}

/** The tensors of a tree that have a row for each of its rows; undefined if it cannot be read in place. */
function tensorsByRow({ by, load, rows, tensors, children }: RemoteNode): StoredTensor[] | undefined {
  if (typeof by === 'function' || !plain.has(load)) return undefined
  const out: StoredTensor[] = []
  for (const tensor of Object.values(tensors)) {
    if (!by.includes(tensor)) continue
    // Codes of scales are decoded at first.
    if (!tensor.entry || tensor.shape[0] !== rows || (tensor !== tensors.codes && tensor.dtype === 'U8'))
      return undefined
    out.push(tensor)
  }
  for (const child of Object.values(children)) {
    if (!by.includes(child)) continue
    const more = tensorsByRow(child)
    if (!more) return undefined
    out.push(...more)
  }
  return out
}

/** A tree over other tensors. What belongs to all rows has been read. */
async function tableOver(node: RemoteNode, placed: ReadonlyMap<StoredTensor, Tensor>): Promise<Table> {
  const tensors: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(node.tensors))
    tensors[name] = placed.get(tensor) ?? (await tensor.all({}))
  const children: Record<string, Table> = {}
  for (const [name, child] of Object.entries(node.children)) {
    const byRow = typeof node.by !== 'function' && node.by.includes(child)
    children[name] = byRow ? await tableOver(child, placed) : await child.whole({})
  }
  return node.load(node.config, tensors, children)
}

/** Rows of a tree of nodes in a file, kept in at most `mostBytes`; undefined if its kinds do not allow it. */
export async function rowsInPlace(node: RemoteNode, reads: Reads, mostBytes: number): Promise<RowsInPlace | undefined> {
  const found = tensorsByRow(node)
  if (!found || found.length === 0 || node.rows === 0) return undefined
  const stored = found.map(({ entry }) => reads.rowsOf(entry!, node.rows))
  const decoded: ((place: number) => void)[] = []
  const kept = keptRows(reads, stored, node.rows, mostBytes, (place) => {
    for (const decode of decoded) decode(place)
  })
  const placed = new Map<StoredTensor, Tensor>()
  for (const [i, tensor] of found.entries()) {
    const shape = [kept.places, ...tensor.shape.slice(1)]
    const bytes = kept.bytes[i]
    const view = tensorView(bytes, { ...stored[i].entry, shape, begin: 0, end: bytes.length })
    placed.set(tensor, view.dtype === 'F16' ? floatsInPlace(view as Tensor<'F16'>, decoded) : view)
  }
  return { kept, table: await tableOver(node, placed) }
}

/** Float32 in place of half floats, which some kinds decode at first. */
function floatsInPlace(half: Tensor<'F16'>, decoded: ((place: number) => void)[]): Tensor<'F32'> {
  const { shape } = half
  const data = new Float32Array(elements(shape))
  const each = data.length / shape[0]
  decoded.push((place) => readFloats(half, place * each, each, data.subarray(place * each, (place + 1) * each)))
  return { dtype: 'F32', shape, data }
}
