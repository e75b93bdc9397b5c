import { codeBytes, quantized } from '@slimbed/runtime'
import type { Matrix } from '../../matrix/matrix.js'
import type { Encoding, Pass, TensorAdapter, VisitCodes } from '../adapter.js'
import type { EncodeJob, Host } from '../engines/engine.js'
import { compareRows } from '../kernels/compare.js'
import { encodeRows } from '../kernels/encode.js'
import { isShared } from '../kernels/grids.js'
import { compiledKernels } from '../kernels/instance.js'
import { forEachBlock, lendSums, refuseOdd, refuseOddSums, uncheckedOf } from '../threads/for-each-block.js'
import { inThread } from '../threads/runners.js'
import { inOrder } from '../threads/sequencer.js'

/** An encode job where the compiled loops do not run, or do not take so many bits. */
function encodePlain({ rows, dim, bits, groupSize, input, scale, zero, codes, sums }: EncodeJob): void {
  encodeRows(input, { dim, bits, groupSize, scale, zero }, codes)
  if (!sums) return
  const groups = Math.ceil(dim / groupSize)
  const tensor = (data: Float32Array) => ({ dtype: 'F32', shape: [data.length / groups, groups], data }) as const
  const zeros = typeof zero === 'number' ? zero : tensor(zero)
  const table = quantized({ dim, bits, groupSize, codes, scale: tensor(scale), zero: zeros })
  const values = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) table.readRow(row, values.subarray(row * dim, (row + 1) * dim))
  compareRows(input, values, dim, sums)
}

/** `TensorAdapter.encode`. Rejects as the matrix, `encoding.gridsOf` and `visit` do. */
export async function encode(
  host: Pick<Host, 'loopsFor'>,
  matrix: Matrix,
  { bits, groupSize, gridsOf, compare }: Encoding,
  visit: VisitCodes,
  pass: Pass = {}
): Promise<void> {
  const { rows, dim } = matrix
  const compiled = bits <= 8 && compiledKernels() !== undefined
  const runner = host.loopsFor(compiled ? rows * dim : 0)
  const ordered = inOrder()
  // Without sums to compare, nothing would tell of a value that is not finite.
  const source = compare ? uncheckedOf(matrix) : matrix
  const gridsFor = async (block: Float32Array, start: number, count: number) => {
    try {
      const grids = gridsOf(block, start, count)
      isShared({ dim, bits, groupSize, ...grids }, count)
      return grids
    } catch (error) {
      // It is refused as the matrix would have, if that is why.
      await refuseOdd(matrix, pass.signal)
      throw error
    }
  }
  await forEachBlock(source, runner, pass, async ({ input, rows, start, index }) => {
    const making = async () => {
      const grids = await gridsFor(input, start, rows)
      const size = rows * codeBytes(dim, bits)
      const codes = new Uint8Array(runner.lend(Math.ceil(size / 4)).buffer, 0, size)
      const sums = compare ? lendSums(runner, rows) : undefined
      const job: EncodeJob = { kernel: 'encode', rows, dim, bits, groupSize, input, ...grids, codes, sums }
      if (compiled) return { grids, ...(await runner.run(job)) }
      encodePlain(job)
      runner.release(input)
      return { grids, codes, ...(sums && { sums }) }
    }
    await ordered(index, making(), async ({ grids, codes, sums }) => {
      if (sums) await refuseOddSums(sums, matrix, pass.signal)
      await visit(start, codes!, grids, sums)
      runner.release(codes!)
      if (sums) runner.release(sums)
    })
  })
}

/** The same on this thread, for what has no adapter. */
export const loopsHere: Pick<TensorAdapter, 'encode'> = {
  encode: (...args) => encode({ loopsFor: () => inThread() }, ...args)
}
