import { isSlimbedError, type Source } from '@slimbed/runtime'
import type { ParquetDecoder } from '../parquet/decoder.js'
import type { TextPlace } from '../text/layout.js'
import { withLineFeeds } from '../text/line-ends.js'
import { type Parsed, parseStream } from '../text/parse-stream.js'
import { chunksOf, headOf, type Watch } from './chunks.js'
import { badGzip, bounded, type Host } from './host.js'

/** A source as readers need it: unpacked, with its first bytes in memory. */
export interface Input {
  readonly name: string
  /** The first MiB, or all there is. */
  readonly head: Uint8Array
  /** Whether `head` is all there is. */
  readonly whole: boolean
  /** All bytes in order, from the start. */
  chunks(): AsyncIterable<Uint8Array>
  /** The lines from byte `start`, parsed, in order. */
  parse(place: TextPlace): AsyncIterable<Parsed>
  /** The bytes in any order. */
  random(): Promise<Source>
  /** Decodes Parquet files, where that is possible. */
  readonly parquet?: ParquetDecoder | undefined
  /** The file that has a tensor, of a model in shards of which this is one; undefined where there is none. */
  elsewhere?(tensor: string): Promise<Source | undefined>
  /** Frees the storage behind `random`, and closes files from `elsewhere`; the source itself stays open. */
  close(): Promise<void>
}

const headBytes = 1 << 20

async function* unpacked(source: Source, host: Host, watch: Watch): AsyncGenerator<Uint8Array> {
  const { name, size } = source
  try {
    yield* bounded(host.gunzip(chunksOf(source, watch)), name, size)
  } catch (error) {
    throw isSlimbedError(error) ? error : badGzip(name, error)
  }
}

/** Opens a source, which may be gzip. Rejects as the source does; `corrupt-file` for damaged gzip. */
export async function openInput(source: Source, host: Host, watch: Watch = {}): Promise<Input> {
  const { name, size } = source
  const start = await source.read(0, Math.min(2, size))
  const packed = start[0] === 0x1f && start[1] === 0x8b
  const head = packed
    ? await headOf(unpacked(source, host, { signal: watch.signal }), headBytes + 1)
    : await source.read(0, Math.min(headBytes + 1, size))
  let held: Source | undefined
  const hold = async () => {
    held ??= await host.hold(name, unpacked(source, host, watch))
    return held
  }
  const others: Source[] = []
  const { elsewhere } = host
  const chunks = () => (packed ? unpacked(source, host, watch) : chunksOf(source, watch))
  return {
    name,
    head: head.subarray(0, headBytes),
    whole: head.length <= headBytes,
    chunks,
    parse(place) {
      if (place.carriageReturns) return parseStream(withLineFeeds(chunks()), name, place)
      return (packed ? undefined : host.parse?.(source, place, watch)) ?? parseStream(chunks(), name, place)
    },
    random: async () => (packed ? hold() : source),
    parquet: host.parquet,
    ...(elsewhere && {
      async elsewhere(tensor: string) {
        const other = await elsewhere(name, tensor)
        if (other) others.push(other)
        return other
      }
    }),
    async close() {
      for (const source of others) await source.close?.()
      await held?.close?.()
    }
  }
}
