import { childOf, fail } from '../check.js'
import { tensorOf } from '../kinds/kind.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import { once, together } from '../remote/together.js'
import { type Bitshift, rowBitsOf, scaleTypes } from './bitshift-parts.js'

/** Copies bits `from … from + count` of `source`, the lowest of a byte first, to bits `to …` of `target`, which are 0. */
function copyBits(source: Uint8Array, from: number, count: number, target: Uint8Array, to: number): void {
  for (let done = 0; done < count; ) {
    const some = Math.min(8 - ((from + done) % 8), 8 - ((to + done) % 8), count - done)
    const bits = (source[Math.floor((from + done) / 8)] >> ((from + done) % 8)) & ((1 << some) - 1)
    target[Math.floor((to + done) / 8)] |= bits << ((to + done) % 8)
    done += some
  }
}

/** Some rows of a `bitshift` are read from the bytes that hold their bits. */
export function selectBitshift({ config, tensors, children, load }: RemoteParts): Selection {
  const { stream, ...others } = tensors
  const levels = childOf(children, 'levels')
  const [rows, window] = [Number(config.rows), Number(config.window)]
  const beside = once(async (options) => {
    const [own, table] = await Promise.all([together(others, (tensor) => tensor.all(options)), levels.whole(options)])
    const bits = tensorOf(own, 'bits', ['U8'], 1).data
    const scale: Bitshift['scale'] = tensorOf(own, 'scale', scaleTypes, 1)
    const gains: Bitshift['gains'] = Object.hasOwn(own, 'gains') ? tensorOf(own, 'gains', scaleTypes, 1) : undefined
    const { rowBits } = rowBitsOf({ rows, window, bits, scale, gains }, stream.shape[0])
    return { own, rowBits, levels: table }
  })
  if (stream?.shape.length !== 1) fail('bad-input', 'bitshift: expected a stream of 1 dimension')
  return {
    rows,
    dim: tensorOf(tensors, 'bits', ['U8'], 1).shape[0],
    held: 2 * levels.rows * levels.dim,
    async take(ids, options) {
      const { own, rowBits, levels } = await beside(options)
      const spans = Array.from(ids, (id) => {
        const first = Math.floor((id * rowBits) / 8)
        return { first, count: Math.ceil(((id + 1) * rowBits) / 8) - first }
      })
      const places = spans.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i))
      const read = tensorOf({ stream: await stream.rows(Uint32Array.from(places), options) }, 'stream', ['U8'], 1).data
      const data = new Uint8Array(Math.ceil((ids.length * rowBits) / 8))
      for (let i = 0, at = 0; i < ids.length; at += spans[i++].count) {
        copyBits(read, at * 8 + ((ids[i] * rowBits) % 8), rowBits, data, i * rowBits)
      }
      return load(
        { rows: ids.length, window },
        { ...own, stream: { dtype: 'U8', shape: [data.length], data } },
        { levels }
      )
    }
  }
}
