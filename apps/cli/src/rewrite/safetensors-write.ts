import { denseOf, type Matrix, SlimbedError, type TensorAdapter } from '@slimbed/core'
import type { ReadableSink } from '@slimbed/core/artefact'
import { type Measurement, measure } from '@slimbed/core/measure'
import { fromFloat16, toBfloat16, toFloat16 } from '@slimbed/core/numbers'
import { readSafetensorsHeader } from '@slimbed/io'
import type { SafetensorsEntry, Source } from '@slimbed/runtime'
import type { HalfType, Placed, SafetensorsPlan } from './safetensors-plan.js'

/** Bytes that are read at once; a multiple of 4. */
const block = 2 ** 22

/** Whether a tensor of one file has the bytes of one of the same length in another. */
export async function areSame(here: Source, a: SafetensorsEntry, there: Source, b: SafetensorsEntry): Promise<boolean> {
  for (let at = 0; at < a.end - a.begin; at += block) {
    const count = Math.min(block, a.end - a.begin - at)
    const [one, other] = [await here.read(a.begin + at, count), await there.read(b.begin + at, count)]
    if (!Buffer.from(one).equals(other)) return false
  }
  return true
}

const floatsIn = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.slice().buffer)
const halvesIn = (bytes: Uint8Array): Uint16Array => new Uint16Array(bytes.slice().buffer)

const encoded = (values: Float32Array, dtype: HalfType): Uint16Array =>
  dtype === 'F16' ? toFloat16(values) : toBfloat16(values)

function decoded(bits: Uint16Array, dtype: HalfType): Float32Array {
  if (dtype === 'F16') return Float32Array.from(bits, fromFloat16)
  return new Float32Array(Uint32Array.from(bits, (value) => value << 16).buffer)
}

/** Throws `bad-input` for values that half floats cannot hold. */
function checkFinite(values: Float32Array, { name }: SafetensorsEntry, dtype: HalfType): void {
  if (values.every(Number.isFinite)) return
  const advice = dtype === 'F16' ? 'beyond what float16 holds: take --dtype bf16' : 'not finite'
  throw new SlimbedError('bad-input', `tensor ${name}: a value is ${advice}`)
}

/** A table of a file as float32. */
const matrixAt = ({ shape: [rows, dim] }: SafetensorsEntry, read: Matrix['read']): Matrix => ({ rows, dim, read })

/** What is told while a file is written. */
export interface Watched {
  readonly signal: AbortSignal
  readonly progress: (done: number, total: number) => void
}

/** Copies a file. Rejects as the source and the sink do. */
export async function copyBytes(source: Source, sink: ReadableSink, { signal, progress }: Watched): Promise<void> {
  for (let at = 0; at < source.size; at += block) {
    signal.throwIfAborted()
    await sink.write(await source.read(at, Math.min(block, source.size - at)), at)
    progress(at, source.size)
  }
}

/** Writes the file; tables become half floats, everything else is copied. Rejects as the source and the sink do. */
export async function writeSafetensors(
  source: Source,
  sink: ReadableSink,
  { header, tensors }: SafetensorsPlan,
  dtype: HalfType,
  { signal, progress }: Watched
): Promise<void> {
  await sink.write(header, 0)
  const total = tensors.reduce((sum, { entry }) => sum + entry.end - entry.begin, 0)
  let done = 0
  for (const { entry, dtype: own, to } of tensors) {
    const halves = own !== entry.dtype
    for (let at = 0; at < entry.end - entry.begin; at += block) {
      signal.throwIfAborted()
      const bytes = await source.read(entry.begin + at, Math.min(block, entry.end - entry.begin - at))
      const out = halves ? new Uint8Array(encoded(floatsIn(bytes), dtype).buffer) : bytes
      await sink.write(out, to + (halves ? at / 2 : at))
      done += bytes.length
      progress(done, total)
    }
  }
}

/**
 * Reads back what was written: the header, whose names and shapes must be those of the original, and each row of a table, whose values must be the half floats nearest to those that
 * were. Rejects with `corrupt-file` where that is not so. Resolves to what each table has lost.
 */
export async function verifySafetensors(
  source: Source,
  written: Source,
  plan: SafetensorsPlan,
  dtype: HalfType,
  { tensor, weights, signal }: Watching
): Promise<ReadonlyMap<Placed, Measurement>> {
  const { tensors } = await readSafetensorsHeader(written)
  const found = new Map<Placed, Measurement>()
  for (const placed of plan.tensors) {
    const { entry, to } = placed
    const own = tensors.get(entry.name)
    if (own?.begin !== to || own.dtype !== placed.dtype || `${own.shape}` !== `${entry.shape}`)
      throw new SlimbedError('corrupt-file', `what was written is not what was meant: tensor ${entry.name} differs`)
    if (own.dtype === entry.dtype) continue
    const { shape } = entry
    const read = async (start: number, count: number) =>
      floatsIn(await source.read(entry.begin + 4 * start * shape[1], 4 * count * shape[1]))
    const back = async (start: number, count: number) => {
      const values = decoded(halvesIn(await written.read(to + 2 * start * shape[1], 2 * count * shape[1])), dtype)
      checkFinite(values, entry, dtype)
      const meant = decoded(encoded(await read(start, count), dtype), dtype)
      if (values.every((value, i) => value === meant[i])) return values
      throw new SlimbedError('corrupt-file', `what was written is not what was meant: a row of ${entry.name} differs`)
    }
    const options = { tensor, signal, weights: await weights(shape[0]) }
    found.set(placed, await measure(matrixAt(entry, read), denseOf(matrixAt(entry, back)), options))
  }
  return found
}

/** What verifying takes. */
export interface Watching {
  readonly tensor: TensorAdapter
  readonly weights: (rows: number) => Promise<Float32Array | undefined>
  readonly signal: AbortSignal
}
