import { type Sizes, SlimbedError } from '@slimbed/runtime'
import { throwIfAborted } from '../abort.js'
import { blocksOf } from '../matrix/blocks.js'
import { addBytes, blocksOfPart, checksumsOf } from './block-checksums.js'
import type { Part } from './contents.js'
import { headerOf } from './header.js'
import type { Plan } from './plan.js'

/** Where a file is written. `write` puts `bytes` at offset `at`; it is not called again before it has resolved. */
export interface Sink {
  write(bytes: Uint8Array, at: number): Promise<void>
}

/** A sink whose bytes can be read again, to verify them before they count. */
export interface ReadableSink extends Sink {
  /** Resolves to exactly `length` bytes from `offset`, of those that have been written. */
  read(offset: number, length: number): Promise<Uint8Array>
}

/** Options of `saveTo`. */
export interface SaveOptions {
  /** Called with the bytes written so far. */
  readonly progress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** How many bytes of a tensor in memory are written at a time. */
const chunkBytes = 16 * 2 ** 20

async function* chunksOf({ name, source, begin, end }: Part): AsyncGenerator<Uint8Array> {
  if ('chunks' in source) {
    let left = end - begin
    for await (const bytes of source.chunks()) {
      left -= bytes.length
      if (left < 0) break
      yield bytes
    }
    if (left !== 0) throw new SlimbedError('bad-input', `save: tensor "${name}" did not give its ${end - begin} bytes`)
    return
  }
  if ('read' in source) {
    for await (const { data } of blocksOf(source)) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return
  }
  const { buffer, byteOffset, byteLength } = source.data
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

/** A tensor that is being written or has been written, from byte `start` of the file on. */
export interface Written {
  readonly start: number
  bytes: number
  /** CRC-32 of its blocks. */
  readonly sums: Uint32Array
}

/** The state of a tensor before its first byte is written. */
export const startOf = (part: Part, dataStart: number, blockBytes: number): Written => ({
  start: dataStart + part.begin,
  bytes: 0,
  sums: new Uint32Array(blocksOfPart(part, blockBytes))
})

/** Writes the next bytes of a tensor. */
export async function append(written: Written, bytes: Uint8Array, sink: Sink, blockBytes: number): Promise<void> {
  const writing = sink.write(bytes, written.start + written.bytes)
  // While the bytes are on their way.
  addBytes(written.sums, blockBytes, bytes, written.bytes)
  await writing
  written.bytes += bytes.length
}

/** Writes the tensors that are not written yet, and the header last. */
export async function writeRest(
  { parts, facts, blockBytes, dataStart, sizes }: Plan,
  sink: Sink,
  { progress, signal }: SaveOptions,
  early?: ReadonlyMap<string, Written>
): Promise<Sizes> {
  const sums: Uint32Array[] = []
  for (const part of parts) {
    const [start, size] = [dataStart + part.begin, part.end - part.begin]
    const before = early?.get(part.name)
    const whole = before?.start === start && before.bytes === size
    const written = whole ? before : startOf(part, dataStart, blockBytes)
    if (whole) progress?.(start + size, sizes.file)
    else {
      for await (const bytes of chunksOf(part)) {
        throwIfAborted(signal)
        await append(written, bytes, sink, blockBytes)
        progress?.(start + written.bytes, sizes.file)
      }
    }
    sums.push(written.sums)
  }
  await sink.write(headerOf(parts, { ...facts, checksums: checksumsOf(blockBytes, sums) }, dataStart), 0)
  progress?.(sizes.file, sizes.file)
  return sizes
}
