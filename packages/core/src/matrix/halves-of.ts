import { dense, floatsOf, type Matrix, type Table } from '@slimbed/runtime'
import { throwIfAborted } from '../abort.js'
import { compareRows, sumsPerRow } from '../tensor/kernels/compare.js'
import type { RowsPart } from '../tensor/ops/over-rows.js'
import { rowsPerJob } from '../tensor/threads/rows-per-job.js'
import type { Pass } from '../tensor/types.js'
import { type Block, type BlockRange, blocksIn } from './blocks.js'
import type { Lazy, LazyTable, Streamed, StreamOptions } from './lazy.js'
import { lazyTensor, refusal } from './lazy-tensor.js'

/** How values become half floats; `progress` and `signal` are used by passes that have none of their own. */
export interface HalvesOptions extends Pass {
  readonly dtype: 'F16' | 'BF16'
  /** The half floats (16 bits each) of rows from `start` on, row-major. Throws `bad-input` for values that cannot be represented. */
  convert(block: Float32Array, start: number): Uint16Array
}

/** The float32 values of half floats. */
const valuesOf = (dtype: 'F16' | 'BF16', data: Uint16Array): Float32Array =>
  floatsOf({ dtype, shape: [data.length], data })

/** The half floats of a matrix as it is read, block by block. */
async function* halvesIn(
  matrix: Matrix,
  { convert, signal, progress }: HalvesOptions,
  range: BlockRange = {}
): AsyncGenerator<Block & { readonly halves: Uint16Array }> {
  const { start = 0, count = matrix.rows } = range
  for await (const block of blocksIn(matrix, range)) {
    throwIfAborted(signal)
    yield { ...block, halves: convert(block.data, block.start) }
    progress?.(block.start - start + block.count, count)
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint16Array) => new Uint8Array(buffer, byteOffset, byteLength)

/** Computes the half floats and compares them with the rows, in one pass. */
async function compareHalves(
  matrix: Matrix,
  options: HalvesOptions,
  { tensor, tally, keepOf, ...pass }: StreamOptions,
  table: Table
): Promise<Streamed> {
  const { rows, dim } = matrix
  const keep = keepOf?.(table)
  const held = keep ? undefined : new Uint16Array(rows * dim)
  const part: RowsPart<Uint16Array> = async (start, count, emit, own, add) => {
    const range = { start, count, bytes: 4 * dim * rowsPerJob(dim) }
    for await (const block of halvesIn(matrix, { ...options, ...own }, range)) {
      const sums = new Float64Array(block.count * sumsPerRow)
      compareRows(block.data, valuesOf(options.dtype, block.halves), dim, sums)
      add?.(block.start, sums)
      await emit(block.start, block.halves)
    }
  }
  const visit = async (start: number, halves: Uint16Array) => {
    held?.set(halves, start * dim)
    await keep?.('data', bytesOf(halves))
  }
  const own = { ...pass, lasting: keep !== undefined }
  const totals = await tensor.overRows(matrix, { name: options.dtype, part, tally, visit }, own)
  return { table: held ? dense(rows, dim, held, options.dtype) : table, totals }
}

/**
 * A lazy dense table of half floats over a matrix of any size. It holds no values: they are computed when rows are read, compared or
 * saved. `materialize` computes all of them.
 *
 * Its `readRow` and its tensor's `data` throw `unsupported`.
 */
export function halvesOf(matrix: Matrix, options: HalvesOptions): Table {
  const { rows, dim } = matrix
  const { dtype, convert } = options
  const shape = { kind: 'dense', rows, dim }
  const refuse = refusal(shape)
  const rounded: Matrix = {
    rows,
    dim,
    read: async (start, count) => valuesOf(dtype, convert(await matrix.read(start, count), start))
  }
  const lazy: Lazy = {
    rows: rounded,
    async *stored() {
      for await (const { halves } of halvesIn(matrix, { ...options, progress: undefined })) yield bytesOf(halves)
    },
    async compute(_, pass = options) {
      const data = new Uint16Array(rows * dim)
      for await (const { start, halves } of halvesIn(matrix, { ...options, ...pass })) data.set(halves, start * dim)
      return dense(rows, dim, data, dtype)
    },
    streamOver: (original) =>
      original === matrix ? (stream) => compareHalves(matrix, options, stream, table) : undefined
  }
  const table: LazyTable = {
    ...shape,
    config: {},
    tensors: { data: lazyTensor(dtype, [rows, dim], refuse) },
    children: {},
    lazy,
    readRow: refuse,
    expand: () => rounded,
    with: () => table
  }
  return table
}
