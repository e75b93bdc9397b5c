import {
  type Compressed,
  type CompressOptions,
  type Compressor,
  compress,
  format,
  isSlimbedError,
  type Matrix,
  type Sink,
  SlimbedError,
  type TensorAdapter
} from '@slimbed/core'
import { load, type Sizes } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import type { Into } from './into.js'
import { type Loss, lossOf } from './loss.js'

/** A pipeline that was run on all rows. */
export interface Attempt {
  readonly compressor: Compressor
  /** The pipeline as text. */
  readonly spec: string
  /** The file that it made. */
  readonly file: Uint8Array
  readonly made: Compressed & { readonly sizes: Sizes }
  /** Bytes that count: of the file, or of the table where it goes into another. */
  readonly bytes: number
  /** Bytes of these that are the table's. */
  readonly tableBytes: number
  readonly loss: number
  readonly seconds: number
}

/** What attempts have in common. */
export interface Attempts {
  readonly matrix: Matrix
  readonly loss: Loss
  readonly tensor: TensorAdapter
  readonly seed: number
  readonly signal: AbortSignal | undefined
  /** As in `PlanOptions`. */
  readonly into?: Into | undefined
  /** What `compress` is given for a pipeline besides. */
  readonly optionsFor: (compressor: Compressor) => Promise<CompressOptions>
  readonly onFailure: (stages: readonly Compressor[], error: Error) => void
}

/** A file in memory, which grows. */
function memorySink(): Sink & { bytes(): Uint8Array } {
  let room = new Uint8Array(2 ** 16)
  let end = 0
  return {
    async write(bytes, at) {
      end = Math.max(end, at + bytes.length)
      if (end > room.length) {
        const larger = new Uint8Array(Math.max(end, 2 * room.length))
        larger.set(room)
        room = larger
      }
      room.set(bytes, at)
    },
    bytes: () => room.subarray(0, end)
  }
}

/** Runs a pipeline on all rows; undefined where it refuses the matrix, and where it fails. Rejects as `estimated` does. */
export async function attempt(compressor: Compressor, use: Attempts): Promise<Attempt | undefined> {
  const { matrix, tensor, seed, signal, loss } = use
  const start = performance.now()
  const sink = memorySink()
  try {
    const options = await use.optionsFor(compressor)
    const made = await compress(matrix, compressor, { ...options, sink, tensor, seed, signal })
    const seconds = (performance.now() - start) / 1000
    const file = sink.bytes()
    // What went to the file is read from there.
    const table = loss === 'kept' || use.into ? load(file, { kinds: optionalKinds }).table : made.table
    const own = await use.into?.sizeOf(table)
    if (use.into && own === undefined) return undefined
    const found = await lossOf(loss, matrix, { table, measured: made.measured }, tensor, signal)
    const sizes = { bytes: own ?? made.sizes.file, tableBytes: own ?? made.measured.bytes }
    return { compressor, spec: format(compressor), file, made, ...sizes, loss: found, seconds }
  } catch (error) {
    if (signal?.aborted || !(error instanceof SlimbedError)) throw error
    if (isSlimbedError(error, 'plugin-failed')) use.onFailure([compressor], error)
    else if (!isSlimbedError(error, 'bad-option') && !isSlimbedError(error, 'bad-input')) throw error
    return undefined
  }
}
