import { SlimbedError } from '@slimbed/core'
import type { Source } from '@slimbed/runtime'
import { bytesOfElements, type Outside, placeOutside } from '../find/outside.js'
import type { NewTensor } from '../model/encode.js'
import { attributesOf, type Graph, type Item } from '../model/graph.js'
import type { External } from '../model/tensor.js'
import { elementBytes } from '../model/types.js'

/** Part of a file: bytes, or a range of another file. */
export type Piece = Uint8Array | { readonly source: Source; readonly start: number; readonly length: number }

/** The second file of a model, with what lies outside its first. */
export interface DataFile {
  readonly name: string
  readonly pieces: readonly Piece[]
  readonly bytes: number
}

/** Where tensors lie in the second file. */
export interface Layout {
  readonly moved: ReadonlyMap<Item, External>
  readonly outside: ReadonlyMap<NewTensor, External>
  readonly data: DataFile | undefined
}

/** Tensors begin at multiples of this many bytes, so that they can be mapped into memory. */
const alignment = 4096
/** Smaller tensors stay in the first file. */
const leastOutside = 1024

/** Every item of a graph and of the graphs in it that has a tensor. Throws `unsupported` for a constant node whose tensor is in another file. */
function* tensorItems(graph: Graph): Generator<Item> {
  for (const item of graph.items) {
    if (item.tensor) yield item
    if (item.node?.opType === 'Constant' && attributesOf(item.node).get('value')?.tensor?.external) {
      throw new SlimbedError(
        'unsupported',
        `the constant ${JSON.stringify(item.node.outputs[0])} lies in another file, which is not handled`
      )
    }
    for (const inner of item.node?.graphs ?? []) yield* tensorItems(inner)
  }
}

/**
 * Places everything that lies in other files of a model in one new file, so that none of a table that goes is left in it, and new tensors with
 * it. A model in one file stays in one.
 */
export async function layOut(
  graph: Graph,
  dropped: ReadonlySet<Item>,
  added: readonly NewTensor[],
  name: string,
  outside: Outside
): Promise<Layout> {
  const items = [...tensorItems(graph)]
  const stored = items.filter((item) => item.tensor?.external)
  if (stored.length === 0) return { moved: new Map(), outside: new Map(), data: undefined }
  const pieces: Piece[] = []
  let bytes = 0
  const place = (piece: Piece): External => {
    const gap = (alignment - (bytes % alignment)) % alignment
    if (gap > 0) pieces.push(new Uint8Array(gap))
    pieces.push(piece)
    const offset = bytes + gap
    bytes = offset + piece.length
    return { location: name, offset, length: piece.length }
  }
  const moved = new Map<Item, External>()
  for (const item of stored) {
    if (!item.tensor || dropped.has(item)) continue
    const known = elementBytes.has(item.tensor.type) ? bytesOfElements(item.tensor) : undefined
    const found = await placeOutside(item.tensor, known, outside)
    if (found) moved.set(item, place(found))
  }
  const large = added.filter(({ raw }) => raw.length >= leastOutside)
  const placed = new Map(large.map((tensor) => [tensor, place(tensor.raw)] as const))
  return { moved, outside: placed, data: { name, pieces, bytes } }
}

/** Opens the second file as it will be, for those of its parts that are bytes. */
export function outsideOf(data: DataFile | undefined): Outside {
  return async () => ({
    name: data?.name ?? '',
    size: data?.bytes ?? 0,
    async read(offset, length) {
      let at = 0
      for (const piece of data?.pieces ?? []) {
        if (at === offset && piece.length === length) {
          return piece instanceof Uint8Array ? piece : piece.source.read(piece.start, length)
        }
        at += piece.length
      }
      throw new SlimbedError('corrupt-file', `${data?.name}: there is no tensor at ${offset}`)
    }
  })
}
