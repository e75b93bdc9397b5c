import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomAt } from '@slimbed/core'
import { startRedis } from '@slimbed/testing'
import { Command } from 'commander'
import { type Fault, faults } from './faults/faults.js'
import { compressing, type Running, silence, start, writeTable } from './faults/scene.js'

/** `cluster-faults.js`: runs of two workers, each with a fault at a random instant: the bytes of one process or one line, and nothing left behind. */
const options = new Command()
  .option('--rounds <n>', 'instants of each fault', '20')
  .option('--only <name>', 'one of the faults')
  .option('--seed <n>', 'of the instants', '1')
  .option('--shard-size <size>', 'a table in parts of about this size')
  .parse()
  .opts<{ rounds: string; only?: string; seed: string; shardSize?: string }>()

const random = randomAt(Number(options.seed), ['faults'])
const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]
const folder = mkdtempSync(join(tmpdir(), 'slimbed-faults-'))
const small = join(folder, 'small')
const { shardSize } = options
const name = shardSize === undefined ? 'out.safetensors' : 'out/'
const output = join(folder, name)
const size = shardSize === undefined ? [] : ['--shard-size', shardSize]

/** The bytes of the output, of all its files, which is then removed; undefined where there is none. */
function takeOutput(): Buffer | undefined {
  if (!existsSync(output)) return undefined
  const files = shardSize === undefined ? [output] : readdirSync(output).map((file) => join(output, file))
  const made = Buffer.concat(files.map((file) => readFileSync(file)))
  rmSync(output, { recursive: true })
  return made
}

/** Ends a process, and waits for it. */
async function end({ child, ended }: Running): Promise<void> {
  child.kill('SIGCONT')
  child.kill('SIGKILL')
  await ended
}

const redis = await startRedis()
const workers: Running[] = []

/** Starts workers in place of those that are gone. */
async function complete(): Promise<void> {
  for (const gone of workers.filter(({ child }) => child.exitCode !== null || child.signalCode !== null)) {
    workers.splice(workers.indexOf(gone), 1)
  }
  while (workers.length < 2) {
    const args = ['cluster', 'worker', '--redis', redis.url, '--threads', '1', '--silence', `${silence}`]
    workers.push(start(folder, args))
  }
  while (!workers.every(({ text }) => text().includes('waits'))) await sleep(20)
}

/** What a run has left behind: keys in Redis, and files. */
function leftBehind(url: string): string[] {
  const keys = execFileSync('redis-cli', ['-u', url, 'keys', '*'], { encoding: 'utf8' }).split('\n')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const known = /^(in(\/part-\d\.npy)?|gone|small(\/ballast)?)$/
  return [
    ...keys.filter((key) => key !== '' && !key.includes(':worker:')),
    ...files.filter((name) => !known.test(name))
  ]
}

/** One run with a fault after so many seconds of it; what is wrong, if anything is, and the seconds that it took. */
async function trial({ happen, mend, store, line }: Fault, instant: number, expected: Buffer | undefined) {
  await complete()
  const more = store === undefined ? [] : ['--store', store]
  const again = () => start(folder, compressing(name, ...size, '--cluster', redis.url, ...more))
  const coordinator = again()
  try {
    // What happens before it has looked at its input happens before the run.
    const asked = () => execFileSync('redis-cli', ['-u', redis.url, 'scard', 'slimbed:runs'], { encoding: 'utf8' })
    while (coordinator.child.exitCode === null && asked().trim() !== '1') await sleep(20)
    const started = performance.now()
    await Promise.race([sleep(1000 * instant), coordinator.ended])
    const counted = expected ? await happen({ folder, redis, workers, coordinator, again, one }) : coordinator
    const { status, stderr } = await counted.ended
    const seconds = (performance.now() - started) / 1000
    const made = takeOutput()
    const said = stderr
      .trim()
      .split('\n')
      .filter((text) => !text.includes('warning: '))
    const fine = status === 0 && (expected === undefined || made?.equals(expected) === true)
    const refused = status !== 0 && made === undefined && said.length === 1 && line?.test(said[0]) === true
    // Workers that were away find the run gone, and leave.
    let left = leftBehind(redis.url)
    for (let turn = 0; turn < 60 && left.length > 0; turn++) {
      await sleep(500)
      left = leftBehind(redis.url)
    }
    const wrong = [
      ...(fine || refused ? [] : [`status ${status}, ${stderr.trim()}`]),
      ...left.map((name) => `left: ${name}`)
    ]
    return { wrong, seconds, made, refused }
  } finally {
    mend?.(folder)
    await end(coordinator)
    rmSync(join(folder, 'small/ballast'), { force: true })
  }
}

/** Mounts a small file system for a store; false where that is not allowed. */
function mountSmall(): boolean {
  mkdirSync(small)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', small], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const mounted = mountSmall()
try {
  writeTable(folder)
  const alone = await start(folder, compressing(name, ...size, '--quiet')).ended
  const expected = takeOutput()
  if (alone.status !== 0) throw new Error(alone.stderr)
  // The first run takes longer; instants after the end of a run tell nothing.
  let usual = Infinity
  for (let round = 0; round < 2; round++) {
    const { wrong, seconds } = await trial({ happen: async ({ coordinator }) => coordinator }, 0, expected)
    if (wrong.length > 0) throw new Error(wrong.join('; '))
    usual = Math.min(usual, seconds)
  }
  process.stdout.write(`without a fault: ${usual.toFixed(1)} s\n`)
  let wrong = 0
  for (const [name, fault] of Object.entries(faults)) {
    if (options.only !== undefined && name !== options.only) continue
    if (fault.store !== undefined && !mounted) {
      process.stdout.write(`${name}: skipped, a small file system cannot be mounted here\n`)
      continue
    }
    let [refused, slowest] = [0, 0]
    for (let round = 0; round < Number(options.rounds); round++) {
      const instant = random() * usual
      const result = await trial(fault, instant, expected)
      slowest = Math.max(slowest, result.seconds)
      if (result.refused) refused++
      if (result.wrong.length === 0) continue
      wrong++
      process.stdout.write(`${name}, after ${instant.toFixed(2)} s: ${result.wrong.join('; ')}\n`)
    }
    const ends = `${Number(options.rounds) - refused} the same bytes, ${refused} one line`
    process.stdout.write(`${name}: ${options.rounds} instants, ${ends}, ${slowest.toFixed(1)} s at most\n`)
  }
  process.exitCode = wrong > 0 ? 1 : 0
} finally {
  await Promise.all(workers.map(end))
  await redis.stop()
  if (mounted) execFileSync('umount', [small])
  rmSync(folder, { recursive: true, force: true })
}
