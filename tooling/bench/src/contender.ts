import { spawn } from 'node:child_process'

/** One way to do a job: a command that prints one JSON object with `seconds` and `peakMemoryBytes`. */
export interface Contender {
  readonly name: string
  readonly command: readonly string[]
  /** Set when it is a peer of ours. */
  readonly peer?: boolean
}

/** What one run said. */
export interface Run extends Figures {
  /** Inside the process, imports left out: by the clock, or of user CPU where a case says so. */
  readonly seconds: number
  readonly peakMemoryBytes: number
}

/** What some runs say too: its columns in a report, in this order. */
export const figureNames = [
  'relativeError',
  // Bytes of array buffers beyond the file's own.
  'extraBytes',
  // The share of the right results that was found.
  'recall',
  // Of words: see WordFigures.
  'bytesPerWord',
  'bytesPerCount',
  'findMicroseconds',
  'wordMicroseconds'
] as const

/** Those of one run. */
export type Figures = { readonly [name in (typeof figureNames)[number]]?: number }

/** A run, or why there was none. */
export type Outcome = Run | { readonly missing: string }

/** Numbers may be nested as in `slimbed compress --json`: seconds.total. */
function toRun(printed: string): Run {
  const { seconds, peakMemoryBytes, ...more } = JSON.parse(printed)
  const total = typeof seconds === 'object' ? seconds.total : seconds
  const figures = figureNames.filter((name) => typeof more[name] === 'number').map((name) => [name, more[name]])
  return { seconds: total, peakMemoryBytes, ...Object.fromEntries(figures) }
}

/** Runs a contender once as a process of its own. */
export function runOnce({ command }: Contender): Promise<Outcome> {
  return new Promise((resolve) => {
    const [program, ...args] = command
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', (error) => resolve({ missing: error.message }))
    child.on('close', (status) => {
      if (status === 0) return resolve(toRun(Buffer.concat(out).toString()))
      const last = Buffer.concat(err).toString().trim().split('\n').at(-1)
      resolve({ missing: last || `exit status ${status}` })
    })
  })
}
