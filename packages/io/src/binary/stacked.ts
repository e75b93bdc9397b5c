import { type EightBitRows, eightBitsOf, type Piece } from '@slimbed/core/blocks'
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

/** Rows of one part. */
interface Run {
  readonly part: number
  /** The first one, among those of the part. */
  readonly start: number
  readonly count: number
}

/** Where rows are, of parts that begin at these rows, the last of which is that of all. */
function runsOf(starts: readonly number[], start: number, count: number): Run[] {
  checkRows(starts[starts.length - 1], start, count)
  const runs: Run[] = []
  for (let part = partOfRow(starts, start), at = start; at < start + count; part++) {
    const size = Math.min(starts[part + 1], start + count) - at
    runs.push({ part, start: at - starts[part], count: size })
    at += size
  }
  return runs
}

/** Reads rows of parts that begin at these rows, the last of which is that of all, into `values`. */
async function readAcross<Values extends Float32Array | Uint8Array>(
  starts: readonly number[],
  dim: number,
  start: number,
  values: Values,
  read: (part: number, start: number, count: number, into: Values) => Promise<Values>
): Promise<Values> {
  const reads = runsOf(starts, start, values.length / dim).map(({ part, start: from, count }) => async () => {
    const at = (starts[part] + from - start) * dim
    const room = values.subarray(at, at + count * dim) as Values
    const block = await read(part, from, count, room)
    if (block.buffer !== values.buffer) room.set(block)
  })
  await someAtATime(reads, parallel)
  return values
}

/** Files that are open at a time for one job of a thread. */
const mostFiles = 4

/** Runs `work` while the files of some runs of rows are open. */
async function inFilesAcross<Made>(
  [run, ...others]: readonly Run[],
  stored: readonly EightBitRows[],
  work: (pieces: readonly Piece[]) => Promise<Made>,
  before: readonly Piece[] = []
): Promise<Made> {
  const inFiles = run && stored[run.part].inFiles
  if (!inFiles) return work(before)
  return inFiles(run.start, run.count, (own) => inFilesAcross(others, stored, work, [...before, ...own]))
}

/** The rows of several matrices as they are stored, if all are of one type of floats of 8 bits. */
function eightBitsAcross(parts: readonly Matrix[], starts: readonly number[]): EightBitRows | undefined {
  const stored = parts.flatMap((part) => eightBitsOf(part) ?? [])
  const [{ dim }] = parts
  if (stored.length < parts.length || stored.some(({ type }) => type !== stored[0].type)) return undefined
  const read: EightBitRows['read'] = (start, count, into = new Uint8Array(count * dim)) =>
    readAcross(starts, dim, start, into, (part, ...own) => stored[part].read(...own))
  const inFiles: EightBitRows['inFiles'] = async (start, count, work) => {
    const runs = runsOf(starts, start, count)
    return runs.length > mostFiles ? work([await read(start, count)]) : inFilesAcross(runs, stored, work)
  }
  return { type: stored[0].type, read, inFiles: stored.every((part) => part.inFiles) ? inFiles : undefined }
}

/** The rows of several matrices, one after another. */
export function stacked(parts: readonly Matrix[]): Matrix {
  const [{ dim }] = parts
  const starts = [0]
  for (const { rows } of parts) starts.push(starts[starts.length - 1] + rows)
  const all = parts.every(({ unchecked }) => unchecked)
  const eightBits = eightBitsAcross(parts, starts)
  return {
    rows: starts[parts.length],
    dim,
    ...(all && { unchecked: stacked(parts.map((part) => part.unchecked ?? part)) }),
    ...(eightBits && { eightBits }),
    read: async (start, count, into = new Float32Array(count * dim)) =>
      readAcross(starts, dim, start, into, (part, ...own) => parts[part].read(...own))
  }
}
