import { type Matrix, SlimbedError } from '@slimbed/runtime'
import type { EightBitRows, Piece } from '../../matrix/eight-bits.js'
import type { Runner } from './runner.js'
import { lendEightBits, lendFloats } from './runner-memory.js'

/** Some rows of a job: in memory that was lent, or undefined where threads read them by themselves. */
interface Block<Values> {
  readonly input: Values | undefined
  readonly start: number
  readonly rows: number
}

/** What a job makes of rows that it could not read. */
interface Unread {
  readonly unread: true
}

const isMade = <Made extends object>(made: Made): made is Exclude<Made, Unread> => !('unread' in made)

/** Rows as jobs of a runner are given them. */
export interface JobRows<Values, Given> {
  /** Rows `start … start + count`, as `run` takes them. */
  read(start: number, count: number): Promise<Values | undefined>
  /** Runs a job on rows that `read` resolved to, and gives the memory back. Rejects as the rows and the job do. */
  run<Made extends object>(block: Block<Values>, job: (given: Given) => Promise<Made>): Promise<Exclude<Made, Unread>>
}

/** Rows of floats of 8 bits. Where they are in files, threads are told where: then they are not copied from one thread to another. */
export function storedRows(runner: Runner, rows: EightBitRows, dim: number): JobRows<Uint8Array, readonly Piece[]> {
  const inFiles = runner.apart ? rows.inFiles : undefined
  const lend = (start: number, count: number) => lendEightBits(runner, rows, dim, start, count)
  return {
    read: async (start, count) => (inFiles ? undefined : lend(start, count)),
    async run({ input, start, rows: count }, job) {
      const made = await (inFiles ? inFiles(start, count, job) : job(input ? [input] : []))
      if (input) runner.release(input)
      if (isMade(made)) return made
      // It says what is wrong.
      runner.release(await lend(start, count))
      const where = `rows ${start} to ${start + count}`
      throw new SlimbedError('io', `${where} could not be read at first: is the file being changed? Run again`)
    }
  }
}

/** Rows of float32. */
export function floatRows(runner: Runner, matrix: Matrix): JobRows<Float32Array, Float32Array> {
  const lend = (start: number, count: number) => lendFloats(runner, matrix, start, count)
  return {
    read: lend,
    async run({ input, start, rows }, job) {
      const given = input ?? (await lend(start, rows))
      const made = await job(given)
      runner.release(given)
      if (isMade(made)) return made
      throw new Error('a job did not read what is in memory')
    }
  }
}
