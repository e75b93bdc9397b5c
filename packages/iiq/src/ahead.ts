import type { Block, Matrix } from '@slimbed/core'

/** Blocks that are being read while one is in use: with two, threads that make them are not out of work between them. */
const depth = 2

/**
 * The rows of a matrix that is computed as it is read, in order, in blocks of about `bytes`; the next ones are read while one is in
 * use, whose memory holds other rows once the next is asked for. Rejects as the matrix does, when nothing is being read any more.
 */
export async function* readAhead({ rows, dim, read }: Matrix, bytes: number): AsyncGenerator<Block> {
  const most = Math.max(1, Math.floor(bytes / (4 * dim)))
  const ahead: Promise<Block>[] = []
  // One for each block under way or in use.
  const room = Array.from({ length: depth + 1 }, () => new Float32Array(Math.min(most, rows) * dim))
  let asked = 0
  const ask = () => {
    const start = asked
    const count = Math.min(most, rows - start)
    asked += count
    const into = room[(start / most) % room.length].subarray(0, count * dim)
    const block = read(start, count, into).then((data) => ({ start, count, data }))
    // It may fail while a block before it is in use.
    block.catch(() => {})
    ahead.push(block)
  }
  try {
    while (ahead.length > 0 || asked < rows) {
      while (ahead.length < depth && asked < rows) ask()
      const block = await ahead.shift()!
      if (asked < rows) ask()
      yield block
    }
  } finally {
    await Promise.allSettled(ahead)
  }
}
