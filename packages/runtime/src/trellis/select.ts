import { childOf, fail } from '../check.js'
import { gather } from '../kinds/gather.js'
import { indexTypes, tensorOf } from '../kinds/kind.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import type { ReadOptions } from '../remote/source.js'
import { once, together } from '../remote/together.js'
import type { Tensor } from '../table/tensor.js'
import { checkIndex, unpackIndex } from './codebook.js'

/** Some rows of a `trellis` are read from the blocks that hold them, as a table of only these blocks. */
export function selectTrellis({ config, tensors, load }: RemoteParts): Selection {
  const { stream, ...others } = tensors
  const rows = Number(config.rows)
  const block = Number(config.block)
  const beside = once(async (options) => {
    const own = await together(others, (tensor) => tensor.all(options))
    const lengths = tensorOf(own, 'lengths', indexTypes, 1).data
    const starts = new Float64Array(lengths.length + 1)
    for (let i = 0; i < lengths.length; i++) starts[i + 1] = starts[i] + lengths[i]
    if (lengths.length !== Math.ceil(rows / block) || starts[lengths.length] !== stream.shape[0]) {
      fail('bad-input', `trellis: ${lengths.length} blocks of ${starts[lengths.length]} bytes do not fit the stream`)
    }
    return { own, lengths, starts }
  })
  return {
    rows,
    dim: tensorOf(tensors, 'classes', ['U8'], 1).shape[0],
    async take(ids, options) {
      const { own, lengths, starts } = await beside(options)
      const blocks = [...new Set(Array.from(ids, (id) => Math.floor(id / block)))].sort((a, b) => a - b)
      const place = new Map(blocks.map((id, i) => [id, i]))
      const bytes = blocks.flatMap((id) => Array.from({ length: lengths[id] }, (_, i) => starts[id] + i))
      // Only the last block of all may be a short one.
      const count = blocks.reduce((sum, id) => sum + Math.min(block, rows - id * block), 0)
      const table = load(
        { ...config, rows: count },
        {
          ...own,
          lengths: { dtype: 'U32', shape: [blocks.length], data: Uint32Array.from(blocks, (id) => lengths[id]) },
          stream: await stream.rows(Uint32Array.from(bytes), options)
        },
        {}
      )
      return gather(
        ids.map((id) => (place.get(Math.floor(id / block)) ?? 0) * block + (id % block)),
        table
      )
    }
  }
}

/** Every row of a `householder` needs all vectors. */
export function selectHouseholder({ config, children, load }: RemoteParts): Selection {
  const vectors = childOf(children, 'vectors')
  return {
    rows: Number(config.rows),
    dim: Number(config.dim),
    take: async (ids, options) => gather(ids, load(config, {}, { vectors: await vectors.whole(options) }))
  }
}

/** The most bytes of an index that is read whole: of a longer one, those of the rows that are asked for. */
const wholeIndex = 2 ** 16

/** Some rows of a `codebook` are rows of the source that the index tells. */
export function selectCodebook({ config, tensors, children }: RemoteParts): Selection {
  const source = childOf(children, 'source')
  const index = tensorOf(tensors, 'index', ['U8'], 1)
  const { rows, bits } = { rows: Number(config.rows), bits: Number(config.bits) }
  checkIndex(rows, bits, index.shape[0])
  const bytesOf = (tensor: Tensor) => tensorOf({ index: tensor }, 'index', ['U8'], 1).data
  const all = once(async (options) => unpackIndex({ rows, bits, index: bytesOf(await index.all(options)) }))

  /** The numbers of some rows, from the bytes in which they lie. */
  async function some(ids: Uint32Array, options: ReadOptions): Promise<Uint32Array> {
    const firsts = Float64Array.from(ids, (id) => Math.floor((id * bits) / 8))
    const counts = Uint8Array.from(ids, (id, i) => Math.ceil(((id + 1) * bits) / 8) - firsts[i])
    const places = Array.from(ids, (_, i) => Array.from({ length: counts[i] }, (_, j) => firsts[i] + j)).flat()
    const bytes = bytesOf(await index.rows(Uint32Array.from(places), options))
    let at = 0
    return ids.map((id, i) => {
      let number = 0
      for (let j = 0; j < counts[i]; j++) number += bytes[at++] * 256 ** j
      return Math.floor(number / 2 ** ((id * bits) % 8)) % 2 ** bits
    })
  }

  return {
    rows,
    dim: source.dim,
    async take(ids, options) {
      const whole = index.shape[0] <= wholeIndex ? await all(options) : undefined
      const numbers = whole ? ids.map((id) => whole[id]) : await some(ids, options)
      const odd = numbers.find((number) => number >= source.rows)
      if (odd !== undefined) fail('bad-input', `codebook: row ${odd} of its source, which has ${source.rows} rows`)
      return source.take(numbers, options)
    }
  }
}

/** Every row of an `offset` is a row of its source. */
export function selectOffset({ children }: RemoteParts): Selection {
  const source = childOf(children, 'source')
  return { rows: source.rows, dim: source.dim, take: [source] }
}
