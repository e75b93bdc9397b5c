import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RedisServer } from '@slimbed/testing'
import { generateBlocks } from '../generate.js'

const program = fileURLToPath(new URL('../../../../apps/cli/dist/bin.js', import.meta.url))
const [parts, rows, dim] = [4, 25_000, 64]
const pipeline = 'lowrank(rank=16) | fixedpoint(bits=4)'

/** Seconds after which a worker counts as silent. */
export const silence = 2

/** How a process ended. */
export interface Ended {
  readonly status: number | null
  readonly stderr: string
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it has said on stderr. */
  readonly text: () => string
}

/** Starts the command line in a folder. */
export function start(folder: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (part) => {
    stderr += part
  })
  const ended = once(child, 'close').then(([status]): Ended => ({ status, stderr }))
  return { child, ended, text: () => stderr }
}

/** Writes the table, in parts, to `in` in a folder. */
export function writeTable(folder: string): void {
  mkdirSync(join(folder, 'in'))
  for (let part = 0; part < parts; part++) {
    const header = Buffer.alloc(128, ' ')
    header.set([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0])
    header.write(`{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`, 10)
    header.write('\n', 127)
    const blocks = [...generateBlocks({ rows, dim, seed: 1 + part })].map((block) => Buffer.from(block.buffer))
    writeFileSync(join(folder, 'in', `part-${part}.npy`), Buffer.concat([header, ...blocks]))
  }
}

/** The arguments of a run that writes `output`. */
export const compressing = (output: string, ...more: readonly string[]): string[] => [
  'compress',
  'in/*.npy',
  '-o',
  output,
  '-p',
  pipeline,
  '--threads',
  '1',
  ...more
]

/** A run under way, and who takes part. */
export interface Scene {
  readonly folder: string
  readonly redis: RedisServer
  readonly workers: readonly Running[]
  readonly coordinator: Running
  /** Begins the same run once more. */
  readonly again: () => Running
  /** One of a list, at random. */
  readonly one: <T>(list: readonly T[]) => T
}
