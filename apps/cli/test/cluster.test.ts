import { readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { hasRedis, type RedisServer, serveS3, startRedis, titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { program, type Running, slimbed, start } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

const [rows, dim] = [70_000, 16]
const values = numbers(rows, dim)
const pipeline = 'lowrank(rank=8) | fixedpoint(bits=4)'

/** The table, in two parts. */
function putParts(folder: string): void {
  const half = 30_001
  put(folder, 'part-1.npy', npy(half, dim, values.slice(0, half * dim)))
  put(folder, 'part-2.npy', npy(rows - half, dim, values.slice(half * dim)))
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

const compress = (output: string, ...more: readonly string[]) => [
  'compress',
  'part-*.npy',
  '-o',
  output,
  '-p',
  pipeline,
  '--threads',
  '1',
  '--quiet',
  ...more
]

test('usage: what a cluster cannot do is refused before anything is asked', async () => {
  const folder = scratch()
  putParts(folder)
  const redis = ['--cluster', 'redis://127.0.0.1:9']
  const refused = async (...args: readonly string[]) => (await slimbed(folder, ...args)).stderr
  expect(await refused(...compress('a.safetensors', '--store', 'x'))).toMatch(/--store .* give --cluster, too/)
  expect(await refused(...compress('a.safetensors', '--order', 'words', ...redis))).toMatch(/does not go with --order/)
  expect(await refused('compress', 'part-*.npy', '-o', 'a.safetensors', ...redis)).toMatch(/--cluster needs a pipeline/)
  expect(await refused(...compress('a.safetensors', '--cluster', 'localhost'))).toMatch(/expected redis:\/\/host:port/)
  expect(await refused(...compress('a.safetensors', ...redis))).toMatch(
    /^slimbed: Redis at redis:\/\/127\.0\.0\.1:9 does/
  )
  expect(Object.keys(contents(folder))).toEqual(['part-1.npy', 'part-2.npy'])
})

describe.skipIf(!hasRedis)(titleIf(hasRedis, 'redis-server')('over Redis'), () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())
  const worker = (cwd: string, env = {}) =>
    begin(cwd, ['cluster', 'worker', '--redis', redis.url, '--threads', '1', '--silence', '1'], env)
  const onCluster = (...more: readonly string[]) => compress('out.safetensors', '--cluster', redis.url, ...more)
  const status = async (folder: string) =>
    JSON.parse((await slimbed(folder, 'cluster', 'status', '--redis', redis.url, '--json')).stdout)

  /** A folder with the table, and the file that one machine makes of it. */
  async function prepared(): Promise<{ folder: string; expected: Buffer; files: string[] }> {
    const folder = scratch()
    putParts(folder)
    expect(await slimbed(folder, ...compress('one.safetensors'))).toMatchObject({ status: 0, stderr: '' })
    return { folder, expected: readFileSync(join(folder, 'one.safetensors')), files: Object.keys(contents(folder)) }
  }
  const made = (folder: string) => readFileSync(join(folder, 'out.safetensors'))
  const left = (folder: string) => Object.keys(contents(folder)).filter((name) => name !== 'out.safetensors')

  test.each([1, 3])('%i workers: the file of one machine, and nothing left', async (count) => {
    const { folder, expected, files } = await prepared()
    const workers = Array.from({ length: count }, () => worker(folder))
    const { status: ended, stderr } = await begin(folder, onCluster()).ended
    expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' })
    expect(made(folder).equals(expected)).toBe(true)
    expect(left(folder)).toEqual(files)
    expect((await status(folder)).runs).toEqual([])
    workers[0].child.kill('SIGTERM')
    expect(await workers[0].ended).toMatchObject({ status: 0 })
  })

  test('a run without workers waits; one is killed, Redis crashes, another comes: the same file', async () => {
    const { folder, expected } = await prepared()
    const running = begin(folder, onCluster())
    await expect.poll(async () => (await status(folder)).runs[0]?.waiting, { timeout: 60_000 }).toBe(3)
    const text = (await slimbed(folder, 'cluster', 'status', '--redis', redis.url)).stdout
    expect(text).toMatch(
      /^run [0-9a-f]{16} {2}.+part-\*\.npy {2}lowrank\(rank=8\) \| fixedpoint\(bits=4\)\n {2}coordinated on /
    )
    expect(text).toMatch(/pass 0 gram: 0 of 3 shards of 70,000 rows done, 0 under way, 3 waiting, 0 failed/)
    const first = worker(folder)
    await expect
      .poll(async () => (await status(folder)).workers.some(({ run }: { run?: string }) => run), { timeout: 60_000 })
      .toBe(true)
    first.child.kill('SIGKILL')
    await redis.crash()
    worker(folder)
    expect(await running.ended).toMatchObject({ status: 0 })
    expect(made(folder).equals(expected)).toBe(true)
  })

  test('a coordinator that was killed: the same command takes the run up; an interrupted one leaves nothing', async () => {
    const { folder, expected, files } = await prepared()
    const killed = begin(folder, onCluster())
    await expect.poll(async () => (await status(folder)).runs.length, { timeout: 60_000 }).toBe(1)
    killed.child.kill('SIGKILL')
    await killed.ended
    const again = begin(folder, onCluster())
    await expect.poll(async () => (await status(folder)).runs[0]?.pid, { timeout: 60_000 }).toBe(again.child.pid)
    again.child.kill('SIGINT')
    expect(await again.ended).toMatchObject({ status: 130, stderr: 'slimbed: interrupted\n' })
    expect(left(folder)).toEqual(files)
    expect((await status(folder)).runs).toEqual([])
    worker(folder)
    expect(await begin(folder, onCluster()).ended).toMatchObject({ status: 0 })
    expect(made(folder).equals(expected)).toBe(true)
  })

  test('an input that changes: one line, no output', async () => {
    const { folder, files } = await prepared()
    const running = begin(folder, onCluster())
    await expect.poll(async () => (await status(folder)).runs[0]?.pass, { timeout: 60_000 }).toBe(0)
    const one = worker(folder)
    let said = ''
    one.child.stderr?.on('data', (part) => (said += part))
    await expect.poll(() => said, { timeout: 60_000 }).toContain('takes part')
    const now = new Date()
    utimesSync(join(folder, 'part-2.npy'), now, now)
    const { status: ended, stderr } = await running.ended
    expect(stderr).toMatch(/^slimbed: \S.*part-2\.npy has changed since the run began: run it again\n$/)
    expect(ended).toBe(2)
    expect(left(folder)).toEqual(files)
  })

  test('an input and a store in S3', async () => {
    const { folder, expected, files } = await prepared()
    const server = await serveS3()
    onTestFinished(() => server.close())
    for (const part of ['part-1.npy', 'part-2.npy']) server.put(`tables/in/${part}`, readFileSync(join(folder, part)))
    worker(folder, server.environment)
    const [, , ...args] = onCluster('--store', 's3://tables/runs/')
    const { status: ended, stderr } = await begin(folder, ['compress', 's3://tables/in/', ...args], server.environment)
      .ended
    expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' })
    expect(made(folder).equals(expected)).toBe(true)
    expect([...server.objects.keys()].sort()).toEqual(['tables/in/part-1.npy', 'tables/in/part-2.npy'])
    expect(left(folder)).toEqual(files)
  })
})
