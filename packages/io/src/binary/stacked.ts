import { type EightBitRows, eightBitsOf } from '@slimbed/core/blocks'
import type { Matrix } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import { someAtATime } from '../source/some-at-a-time.js'

/** How many parts are read at a time. */
const parallel = 8

/** The part in which a row is, of parts that begin at these rows, the last of which is that of all. */
export function partOfRow(starts: readonly number[], row: number): number {
  let [low, high] = [0, starts.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (starts[middle] <= row) low = middle
    else high = middle
  }
  return low
}

/** Reads rows of parts that begin at these rows, the last of which is that of all, into `values`. */
async function readAcross<Values extends Float32Array | Uint8Array>(
  starts: readonly number[],
  dim: number,
  start: number,
  values: Values,
  read: (part: number, start: number, count: number, into: Values) => Promise<Values>
): Promise<Values> {
  const count = values.length / dim
  checkRows(starts[starts.length - 1], start, count)
  const readPart = async (part: number, at: number, size: number) => {
    const room = values.subarray((at - start) * dim, (at - start + size) * dim) as Values
    const block = await read(part, at - starts[part], size, room)
    if (block.buffer !== values.buffer) room.set(block)
  }
  const reads: (() => Promise<void>)[] = []
  for (let i = partOfRow(starts, start), at = start; at < start + count; i++) {
    const [part, from, size] = [i, at, Math.min(starts[i + 1], start + count) - at]
    reads.push(() => readPart(part, from, size))
    at += size
  }
  await someAtATime(reads, parallel)
  return values
}

/** The rows of several matrices, one after another. */
export function stacked(parts: readonly Matrix[]): Matrix {
  const [{ dim }] = parts
  const starts = [0]
  for (const { rows } of parts) starts.push(starts[starts.length - 1] + rows)
  const all = parts.every(({ unchecked }) => unchecked)
  const stored = parts.flatMap((part) => eightBitsOf(part) ?? [])
  const eightBits: EightBitRows | undefined =
    stored.length === parts.length && stored.every(({ type }) => type === stored[0].type)
      ? {
          type: stored[0].type,
          read: (start, count, into = new Uint8Array(count * dim)) =>
            readAcross(starts, dim, start, into, (part, ...own) => stored[part].read(...own))
        }
      : undefined
  return {
    rows: starts[parts.length],
    dim,
    ...(all && { unchecked: stacked(parts.map((part) => part.unchecked ?? part)) }),
    ...(eightBits && { eightBits }),
    read: async (start, count, into = new Float32Array(count * dim)) =>
      readAcross(starts, dim, start, into, (part, ...own) => parts[part].read(...own))
  }
}
