import { type Sizes, SlimbedError } from '@slimbed/runtime'
import { crc32 } from '@slimbed/runtime/format'
import { throwIfAborted } from '../abort.js'
import { blocksOf } from '../matrix/blocks.js'
import type { Part } from './contents.js'
import { headerOf } from './header.js'
import type { Plan } from './plan.js'

/** Where a file's bytes go: `write` puts `bytes` at offset `at`, and is not called again before it resolves. */
export interface Sink {
  write(bytes: Uint8Array, at: number): Promise<void>
}

/** Options of `saveTo`. */
export interface SaveOptions {
  /** Called with the bytes written so far. */
  readonly progress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Bytes of a tensor in memory that are written at once. */
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

/** A tensor that is written, or on its way: from byte `start` of the file on. */
export interface Written {
  readonly start: number
  bytes: number
  checksum: number
}

/** Writes the next bytes of a tensor. */
export async function append(written: Written, bytes: Uint8Array, sink: Sink): Promise<void> {
  const writing = sink.write(bytes, written.start + written.bytes)
  // While the bytes are on their way.
  written.checksum = crc32(bytes, written.checksum)
  await writing
  written.bytes += bytes.length
}

/** Writes the tensors that are not written yet, and the header last. */
export async function writeRest(
  { parts, facts, dataStart, sizes }: Plan,
  sink: Sink,
  { progress, signal }: SaveOptions,
  early?: ReadonlyMap<string, Written>
): Promise<Sizes> {
  const checksums: number[] = []
  for (const part of parts) {
    const [start, size] = [dataStart + part.begin, part.end - part.begin]
    const before = early?.get(part.name)
    const whole = before?.start === start && before.bytes === size
    const written = whole ? before : { start, bytes: 0, checksum: 0 }
    if (whole) progress?.(start + size, sizes.file)
    else {
      for await (const bytes of chunksOf(part)) {
        throwIfAborted(signal)
        await append(written, bytes, sink)
        progress?.(start + written.bytes, sizes.file)
      }
    }
    checksums.push(written.checksum)
  }
  await sink.write(headerOf(parts, { ...facts, checksums }, dataStart), 0)
  progress?.(sizes.file, sizes.file)
  return sizes
}
