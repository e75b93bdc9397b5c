import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRedis } from '@slimbed/testing'
import { Command } from 'commander'
import { generateBlocks } from './generate.js'

/** `cluster.js`: one machine beside clusters of workers on it, each on one thread: seconds, seconds of processors, and whether the files are the same. */
const options = new Command()
  .option('--rows <n>', 'rows of the table', '400000')
  .option('--dim <n>', 'columns', '256')
  .option('--workers <list>', 'numbers of workers', '1,2')
  .option('--rounds <n>', 'how often each is run; the quickest counts', '1')
  .option('-p, --pipeline <spec>', 'the pipeline', 'lowrank(rank=64) | fixedpoint(bits=4)')
  .option('--shard-size <size>', 'a table in parts of about this size')
  .option('--keep <folder>', 'where the table is kept for the next time')
  .parse()
  .opts<{
    rows: string
    dim: string
    workers: string
    rounds: string
    pipeline: string
    shardSize?: string
    keep?: string
  }>()

const [rows, dim, rounds] = [options.rows, options.dim, options.rounds].map(Number)
const program = fileURLToPath(new URL('../../../apps/cli/dist/bin.js', import.meta.url))
const scratch = mkdtempSync(join(options.keep ?? tmpdir(), 'slimbed-cluster-'))
const ticks = 100

/** Writes the table as one `.npy` file, unless it is there. */
async function table(): Promise<string> {
  const path = join(options.keep ?? scratch, `table-${rows}x${dim}.npy`)
  if (existsSync(path)) return path
  mkdirSync(options.keep ?? scratch, { recursive: true })
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`
  const header = Buffer.alloc(128, ' ')
  header.set([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0])
  header.write(text, 10)
  header.write('\n', 127)
  const out = createWriteStream(path)
  out.write(header)
  for (const block of generateBlocks({ rows, dim, seed: 1 })) {
    if (!out.write(Buffer.from(block.buffer, 0, block.byteLength))) await once(out, 'drain')
  }
  await once(out.end(), 'close')
  return path
}

/** Seconds of processors that a process has used; it must still be there. */
function processorSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticks
}

interface Run {
  readonly seconds: number
  /** Seconds of processors of the command, and of all workers from the start of the run on. */
  readonly own: number
  readonly workers: number
  /** Of the output: of each file of it. */
  readonly bytes: readonly Buffer[]
}

/** Compresses the table; seconds without the start of the program. */
async function compress(input: string, more: readonly string[]): Promise<Run> {
  const { pipeline, shardSize } = options
  const output = join(scratch, shardSize === undefined ? 'out.safetensors' : 'out')
  const size = shardSize === undefined ? [] : ['--shard-size', shardSize]
  const args = ['compress', input, '-o', output, '-p', pipeline, '--threads', '1', '--json', ...size, ...more]
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (part) => (text += part))
  let own = 0
  const watch = setInterval(() => {
    try {
      own = processorSeconds(child)
    } catch {}
  }, 50)
  const [status] = await once(child, 'close')
  clearInterval(watch)
  if (status !== 0) throw new Error(`slimbed compress ended with ${status}`)
  const { seconds } = JSON.parse(text) as { seconds: { total: number } }
  const files = shardSize === undefined ? [output] : readdirSync(output).map((name) => join(output, name))
  const bytes = files.map((file) => readFileSync(file))
  rmSync(output, { recursive: true })
  return { seconds: seconds.total, own, workers: 0, bytes }
}

/** Runs with so many workers, which are started before. */
async function cluster(input: string, url: string, count: number): Promise<Run> {
  const args = [program, 'cluster', 'worker', '--redis', url, '--threads', '1']
  const workers = Array.from({ length: count }, () =>
    spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  )
  try {
    await Promise.all(workers.map(({ stderr }) => once(stderr!, 'data')))
    const before = workers.map(processorSeconds)
    const run = await compress(input, ['--cluster', url, '--store', join(scratch, 'store')])
    return { ...run, workers: workers.reduce((sum, worker, i) => sum + processorSeconds(worker) - before[i], 0) }
  } finally {
    await Promise.all(
      workers.map(async (worker) => {
        const ended = once(worker, 'exit')
        if (worker.exitCode === null && worker.kill()) await ended
      })
    )
  }
}

const isSame = (a: readonly Buffer[], b: readonly Buffer[]) =>
  a.length === b.length && a.every((bytes, i) => bytes.equals(b[i]))

const least = <T extends { readonly seconds: number }>(runs: readonly T[]): T =>
  runs.reduce((best, run) => (run.seconds < best.seconds ? run : best))

const redis = await startRedis()
try {
  const input = await table()
  const lines = [`${rows} × ${dim}, ${options.pipeline}`]
  const counts = options.workers.split(',').map(Number)
  const alone: Run[] = []
  const spread = counts.map((): Run[] => [])
  // In turns: what else the machine does is the same for all.
  for (let round = 0; round < rounds; round++) {
    alone.push(await compress(input, []))
    for (const [i, count] of counts.entries()) spread[i].push(await cluster(input, redis.url, count))
  }
  const one = least(alone)
  lines.push(`one process: ${one.seconds.toFixed(1)} s; processors ${one.own.toFixed(1)} s`)
  for (const [i, count] of counts.entries()) {
    const { seconds, own, workers, bytes } = least(spread[i])
    const same =
      spread[i].every((run) => isSame(run.bytes, one.bytes)) && bytes.length > 0 ? 'same bytes' : 'OTHER BYTES'
    const times = `${(one.seconds / seconds).toFixed(2)} times one process, ${(least(spread[0]).seconds / seconds).toFixed(2)} times ${counts[0]} worker`
    const processors = `${(own + workers).toFixed(1)} s, ${own.toFixed(1)} s of them the coordinator`
    lines.push(`${count} workers: ${seconds.toFixed(1)} s, ${times}; processors ${processors}; ${same}`)
  }
  process.stdout.write(`${lines.join('\n')}\n`)
} finally {
  await redis.stop()
  rmSync(scratch, { recursive: true, force: true })
}
