import { checkChildren, numbered } from '../check.js'
import { tensorOf } from '../kinds/kind.js'
import { partition } from '../kinds/partition.js'
import { expandPartition, partitionParts, partitionWeights, selectPartition } from '../kinds/partition-rules.js'
import type { RemoteParts, Selection, StoredTensor } from '../remote/node.js'
import { once } from '../remote/together.js'
import type { JsonObject, LoadNode, Table } from '../table/table.js'
import type { Tensor } from '../table/tensor.js'
import { type PackedIndex, unpackIndex } from '../trellis/codebook.js'

/** The groups of rows as a `partition` has them. */
function groupOf(packed: PackedIndex): Uint8Array | Uint32Array {
  const numbers = unpackIndex(packed)
  return packed.bits <= 8 ? Uint8Array.from(numbers) : numbers
}

/**
 * A `partition` whose groups take a few bits a row: the table whose row i is the next row of part `group[i]`.
 *
 * Throws `bad-input` for groups of another length than their rows take, and unless the parts have one `dim` and as many rows as their groups.
 */
export function packedPartition(packed: PackedIndex, parts: readonly Table[]): Table {
  const { rows, bits, index } = packed
  const plain = partition(groupOf(packed), parts)
  return {
    ...plain,
    kind: 'packed-partition',
    config: { rows, bits },
    tensors: { group: { dtype: 'U8', shape: [index.length], data: index } },
    with(next) {
      checkChildren('packed-partition', plain.children, next)
      return packedPartition(packed, numbered(next))
    },
    weightsFor: (child, weights) => partitionWeights(plain, weights)[child],
    expand: (operands) => expandPartition(plain, operands),
    parts: () => partitionParts(plain)
  }
}

const packedOf = ({ rows, bits }: JsonObject, index: Uint8Array): PackedIndex => ({
  rows: Number(rows),
  bits: Number(bits),
  index
})

export const loadPackedPartition: LoadNode = (config, tensors, children) =>
  packedPartition(packedOf(config, tensorOf(tensors, 'group', ['U8'], 1).data), numbered(children))

/** Some rows are taken as those of a `partition`, whose groups are read whole. */
export function selectPackedPartition({ config, tensors, children }: RemoteParts): Selection {
  const stored = tensorOf(tensors, 'group', ['U8'], 1)
  const rows = Number(config.rows)
  const numbers = once(async (options) =>
    Uint32Array.from(groupOf(packedOf(config, tensorOf({ group: await stored.all(options) }, 'group', ['U8'], 1).data)))
  )
  const tensor = (data: Uint32Array): Tensor => ({ dtype: 'U32', shape: [data.length], data })
  const group: StoredTensor = {
    dtype: 'U32',
    shape: [rows],
    all: async (options) => tensor(await numbers(options)),
    async rows(ids, options) {
      const all = await numbers(options)
      return tensor(ids.map((id) => all[id]))
    }
  }
  const load: LoadNode = (_, own, parts) => partition(tensorOf(own, 'group', ['U32'], 1).data, numbered(parts))
  return selectPartition({ config, tensors: { group }, children, load })
}
