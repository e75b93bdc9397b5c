import { bytesSource, SlimbedError, type Source } from '@slimbed/runtime'
import type { ParquetDecoder } from '../parquet/decoder.js'
import type { TextPlace } from '../text/layout.js'
import type { Parsed } from '../text/parse-stream.js'
import type { Watch } from './chunks.js'
import { GrowingBytes } from './growing.js'

/** What reading gzip needs from the place it runs in. */
export interface Host {
  /** The bytes that a gzip stream stands for. */
  gunzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  /** Keeps a stream where it can be read in any order. */
  hold(name: string, chunks: AsyncIterable<Uint8Array>): Promise<Source>
  /** Parses the lines of a source on several threads, with what comes out in order; undefined where that does not pay. */
  readonly parse?: ((source: Source, place: TextPlace, watch: Watch) => AsyncIterable<Parsed> | undefined) | undefined
  /** Decodes Parquet files where it can be stopped; undefined where there is no such place. */
  readonly parquet?: ParquetDecoder | undefined
  /** Opens the file beside `file` that has a tensor of the model in shards of which both are a part; undefined where there is none. */
  readonly elsewhere?: ((file: string, tensor: string) => Promise<Source | undefined>) | undefined
}

/** Vectors shrink to a half by gzip, rarely to a fiftieth: beyond this, and 64 MiB, it is a bomb. */
const mostExpansion = 200
const alwaysAllowed = 64 << 20
const mostInMemory = 2 ** 31 - 1

/** Passes a stream on until it is far too much for what it was made from. Rejects with `bad-input`. */
export async function* bounded(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  packed: number
): AsyncGenerator<Uint8Array> {
  const most = Math.max(alwaysAllowed, packed * mostExpansion)
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.length
    if (total > most) {
      const message = `${name}: ${packed} gzip bytes stand for more than ${most}; unpack the file first if that is meant`
      throw new SlimbedError('bad-input', message)
    }
    yield chunk
  }
}

/** The error of gzip data that does not unpack. */
export const badGzip = (name: string, cause: unknown): SlimbedError =>
  new SlimbedError('corrupt-file', `${name}: the gzip data is damaged or cut short`, { cause })

/** A generator as a web stream of the bytes it makes. */
const streamOf = (chunks: AsyncIterator<Uint8Array>) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(new Uint8Array(value))
    },
    async cancel() {
      await chunks.return?.()
    }
  })

/** What browsers have: `DecompressionStream`, and memory to hold what comes out of it. */
export const webHost: Host = {
  async *gunzip(chunks) {
    const reader = streamOf(chunks[Symbol.asyncIterator]()).pipeThrough(new DecompressionStream('gzip')).getReader()
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
    } finally {
      await reader.cancel().catch(() => {})
    }
  },
  async hold(name, chunks) {
    const all = new GrowingBytes()
    for await (const chunk of chunks) {
      if (all.length + chunk.length > mostInMemory) {
        throw new SlimbedError('unsupported', `${name}: more than ${mostInMemory} bytes in gzip; unpack the file first`)
      }
      all.append(chunk)
    }
    return bytesSource(name, all.bytes.subarray(0, all.length))
  }
}
