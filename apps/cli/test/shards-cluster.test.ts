import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasRedis, type RedisServer, serveS3, startRedis, titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { program, type Running, slimbed, start } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

const [rows, dim] = [60_000, 32]
const values = numbers(rows, dim)
const flags = ['-p', 'lowrank(rank=16) | fixedpoint(bits=4)', '--shard-size', '150kB', '--threads', '1', '--quiet']
const half = 25_001
const tables = {
  'part-1.npy': npy(half, dim, values.slice(0, half * dim)),
  'part-2.npy': npy(rows - half, dim, values.slice(half * dim))
}

/** Starts the command line; it ends with the test. */
function begin(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const running = start(cwd, process.execPath, [program, ...args], env)
  onTestFinished(async () => {
    running.child.kill('SIGCONT')
    running.child.kill('SIGKILL')
    await running.ended
  })
  return running
}

describe.skipIf(!hasRedis)(titleIf(hasRedis, 'redis-server')('shards over Redis'), () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  const worker = (cwd: string, env = {}, silence = '1') =>
    begin(cwd, ['cluster', 'worker', '--redis', redis.url, '--threads', '1', '--silence', silence], env)
  const onCluster = (to: string, ...more: readonly string[]) => [
    ...['compress', 'part-*.npy', '-o', to, ...flags, '--cluster', redis.url],
    ...more
  ]
  const runs = async (folder: string) =>
    JSON.parse((await slimbed(folder, 'cluster', 'status', '--redis', redis.url, '--json')).stdout).runs
  const keys = () =>
    execFileSync('redis-cli', ['-u', redis.url, 'keys', '*'], { encoding: 'utf8' })
      .split('\n')
      .filter((key) => key !== '' && !key.includes(':worker:'))

  /** A folder with the table, and the files that one machine makes of it. */
  async function prepared() {
    const folder = scratch()
    for (const [name, bytes] of Object.entries(tables)) put(folder, name, bytes)
    expect(await slimbed(folder, 'compress', 'part-*.npy', '-o', 'one/', ...flags)).toMatchObject({ status: 0 })
    const expected = contents(join(folder, 'one'))
    expect(Object.keys(expected).length).toBeGreaterThan(3)
    return { folder, expected, names: readdirSync(folder) }
  }
  /** The parts in the hidden folder of a run. */
  const partsIn = (folder: string) => {
    const own = readdirSync(folder).find((name) => name.endsWith('.parts'))
    const names = own === undefined ? [] : readdirSync(join(folder, own)).filter((name) => name.startsWith('part-'))
    return names.map((name) => join(folder, own ?? '', name))
  }

  test.each([1, 2, 3])('%i workers: the files of one machine, and nothing left', async (count) => {
    const { folder, expected, names } = await prepared()
    for (let i = 0; i < count; i++) worker(folder)
    expect(await begin(folder, onCluster('out/')).ended).toMatchObject({ status: 0, stderr: '' })
    expect(contents(join(folder, 'out'))).toEqual(expected)
    expect(readdirSync(folder)).toEqual([...names, 'out'].sort())
    expect(keys()).toEqual([])
  })

  test('a worker, then the coordinator are killed: parts that are done are not made again', async () => {
    const { folder, expected, names } = await prepared()
    const killed = begin(folder, onCluster('out/'))
    await expect.poll(async () => (await runs(folder))[0]?.waiting, { timeout: 60_000 }).toBeGreaterThan(2)
    const shown = await slimbed(folder, 'cluster', 'status', '--redis', redis.url)
    expect(shown.stdout).toMatch(/\n {2}parts: 0 of \d done, 0 under way, \d waiting, 0 failed\n/)
    const first = worker(folder)
    const done = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => name.endsWith('/0.0'))
    while (first.child.exitCode === null && !done()) await sleep(5)
    first.child.kill('SIGKILL')
    killed.child.kill('SIGKILL')
    await killed.ended
    const [part] = partsIn(folder)
    const early = statSync(part)
    worker(folder)
    const args = onCluster('out/').filter((flag) => flag !== '--quiet')
    const again = await begin(folder, args).ended
    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining('is taken up again') })
    expect(contents(join(folder, 'out'))).toEqual(expected)
    const now = statSync(join(folder, 'out', basename(part)))
    expect([now.mtimeMs, now.ino]).toEqual([early.mtimeMs, early.ino])
    expect(readdirSync(folder)).toEqual([...names, 'out'].sort())
  })

  test('interrupted, or killed and cleared: nothing is left', async () => {
    const { folder, names } = await prepared()
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const one = worker(folder)
      const { child, ended } = begin(folder, onCluster('out/'))
      while (child.exitCode === null && partsIn(folder).length < 1) await sleep(5)
      if (signal === 'SIGKILL') one.child.kill('SIGKILL')
      child.kill(signal)
      const { status, stderr } = await ended
      if (signal === 'SIGINT') expect([status, stderr]).toEqual([130, 'slimbed: interrupted\n'])
      else {
        const [{ id }] = await runs(folder)
        await slimbed(folder, 'cluster', 'clear', id, '--redis', redis.url)
      }
      await expect.poll(() => readdirSync(folder), { timeout: 20_000 }).toEqual(names)
      await expect.poll(keys, { timeout: 20_000 }).toEqual([])
      one.child.kill('SIGKILL')
    }
  })

  test('an input that is gone, and a full disk: one line, and nothing is left', async () => {
    const { folder, names } = await prepared()
    worker(folder)
    const running = begin(folder, onCluster('out/'))
    while (running.child.exitCode === null && partsIn(folder).length < 1) await sleep(5)
    renameSync(join(folder, 'part-2.npy'), join(folder, 'gone.npy'))
    const gone = await running.ended
    renameSync(join(folder, 'gone.npy'), join(folder, 'part-2.npy'))
    expect([gone.status, gone.stderr]).toEqual([2, expect.stringMatching(/^slimbed: [^\n]*part-2\.npy[^\n]+\n$/)])
    expect(readdirSync(folder)).toEqual(names)
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      return
    }
    onTestFinished(() => void execFileSync('umount', [disk]))
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(100_000))
    const full = await begin(folder, onCluster('disk/out/', '--store', join(folder, 'store'))).ended
    expect([full.status, full.stderr]).toEqual([
      1,
      expect.stringMatching(/^slimbed: [^\n]+no space left on the disk\n$/)
    ])
    expect(readdirSync(disk)).toEqual(['ballast'])
  })

  test('from a store to a store: workers write the parts, the coordinator the manifest alone', async () => {
    const { folder, expected } = await prepared()
    const server = await serveS3()
    onTestFinished(() => server.close())
    for (const [name, bytes] of Object.entries(tables)) server.put(`tables/in/${name}`, bytes)
    // On a busy machine, a worker may be silent for a second; its part is then made by the other one, too.
    for (let i = 0; i < 2; i++) worker(folder, server.environment, '30')
    const [, , ...args] = onCluster('s3://tables/small/')
    const ended = await begin(folder, ['compress', 's3://tables/in/*.npy', ...args], server.environment).ended
    expect(ended).toMatchObject({ status: 0, stderr: '' })
    const made = [...server.objects].filter(([key]) => !key.startsWith('tables/in/'))
    expect(
      Object.fromEntries(
        made.map(([key, { bytes }]) => [key.slice('tables/small/'.length), Buffer.from(bytes).toString('latin1')])
      )
    ).toEqual(expected)
    const puts = server.requests.filter((line) => line.startsWith('PUT tables/small/'))
    expect(puts).toHaveLength(Object.keys(expected).length)
    expect(puts.at(-1)).toContain('slimbed.shards.json')
    // A run that is interrupted leaves no part, also of workers that are just sending one.
    server.delay = 50
    const [, , ...others] = onCluster('s3://tables/other/')
    const second = begin(folder, ['compress', 's3://tables/in/*.npy', ...others], server.environment)
    const below = () => [...server.objects.keys()].filter((key) => !/^tables\/(in|small)\//.test(key))
    while (second.child.exitCode === null && !below().some((key) => key.includes('part-'))) await sleep(5)
    second.child.kill('SIGINT')
    expect(await second.ended).toMatchObject({ status: 130, stderr: 'slimbed: interrupted\n' })
    await expect.poll(below, { timeout: 20_000 }).toEqual([])
    await sleep(1500)
    expect(below()).toEqual([])
    expect(readFileSync(join(folder, 'part-1.npy')).equals(tables['part-1.npy'])).toBe(true)
  })

  test('a table of one part is made by a worker, too, which is said', async () => {
    const { folder } = await prepared()
    worker(folder)
    const args = onCluster('out/', '--shard-size', '1GB').filter((flag) => flag !== '--quiet')
    const { status, stderr } = await begin(folder, args).ended
    expect([status, stderr]).toEqual([0, expect.stringContaining('the table is one part, which one worker makes')])
    expect(readdirSync(join(folder, 'out'))).toEqual(['part-00001-of-00001.safetensors', 'slimbed.shards.json'])
  })
})
