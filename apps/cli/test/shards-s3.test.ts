import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type S3Server, serveS3 } from '@slimbed/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { output, program, type Running, start } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

const [rows, dim] = [4000, 32]
const table = npy(rows, dim, numbers(rows, dim))
const flags = ['-p', 'lowrank(rank=16) | fixedpoint(bits=4)', '--shard-size', '12kB', '--threads', '1']
const to = ['-o', 's3://tables/out/small/', ...flags]

let server: S3Server
let folder: string

beforeEach(async () => {
  server = await serveS3({ pageSize: 3 })
  folder = scratch()
  server.put('tables/in/part-1.npy', table)
})
afterEach(() => server.close())

const run = (...args: readonly string[]): Running =>
  start(folder, process.execPath, [program, ...args], { ...server.environment })
const compress = (...more: readonly string[]) => run('compress', 's3://tables/in/*.npy', ...to, ...more)

/** What is below the place of the table, by name. */
const made = (): Record<string, string> => {
  const below = [...server.objects].filter(([key]) => key.startsWith('tables/out/'))
  return Object.fromEntries(
    below.map(([key, { bytes }]) => [key.slice('tables/out/small/'.length), Buffer.from(bytes).toString('latin1')])
  )
}

/** The folder that is made of the same rows on a disk, but for how its manifest was made. */
async function expected(): Promise<Record<string, string>> {
  put(folder, 'in.npy', table)
  await output(folder, 'compress', 'in.npy', '-o', 'small/', ...flags, '--quiet')
  return contents(join(folder, 'small'))
}

test('parts, then the manifest: the files of a folder; commands read it', async () => {
  const { status, stderr } = await compress('--quiet').ended
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const puts = server.requests.filter((line) => line.startsWith('PUT')).map((line) => line.split('/').at(-1))
  expect(puts.at(-1)).toBe('slimbed.shards.json')
  const files = await expected()
  expect(made()).toEqual(files)
  expect(Object.keys(files).length).toBeGreaterThan(3)
  expect(puts).toHaveLength(Object.keys(files).length)
  const compared = await run('compare', 'in.npy', 's3://tables/out/small/', '--json').ended
  expect(compared).toMatchObject({ status: 0, stderr: '' })
  const { artefact, ...errors } = JSON.parse(compared.stdout)
  const local = JSON.parse(await output(folder, 'compare', 'in.npy', 'small', '--json'))
  expect({ ...errors, artefact: { ...artefact, path: 'small' } }).toEqual(local)
  expect(readdirSync(folder).sort()).toEqual(['in.npy', 'small'])
  expect(server.uploads.size).toBe(0)
})

test('what is there already is refused before any work, in a line', async () => {
  server.put('tables/other/mine.txt', new Uint8Array(3))
  server.put('tables/full/slimbed.shards.json', new Uint8Array(3))
  const cases: [string, RegExp][] = [
    ['s3://tables/other/', /: there are other objects, such as mine\.txt; choose another name\n$/],
    ['s3://tables/full/', /: there is a table in shards; remove it first/],
    ['s3://tables/in/', /this is in the folder that is read; choose another name/],
    ['s3://none/small/', /NoSuchBucket/],
    ['s3://tables/', /expected s3:\/\/bucket\/prefix\//]
  ]
  for (const [place, message] of cases) {
    const refused = await run('compress', 's3://tables/in/*.npy', '-o', place, ...flags).ended
    expect([place, refused.status, refused.stderr]).toEqual([place, 2, expect.stringMatching(message)])
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
  }
  expect(server.objects.size).toBe(3)
})

test('interrupted, or refused by the store: one line, and no part is left', async () => {
  let sending = false
  server.fault = (line) => {
    sending = line.startsWith('PUT') && line.includes('part-00003')
    return sending ? 'stall' : undefined
  }
  const { child, ended } = compress()
  while (!sending && child.exitCode === null) await sleep(5)
  expect(Object.keys(made())).toHaveLength(2)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ status: 130, stdout: '', stderr: 'slimbed: interrupted\n' })
  expect(made()).toEqual({})
  server.fault = (line) =>
    line.includes('part-00003') && line.startsWith('PUT') ? { reply: { status: 507 } } : undefined
  const full = await compress('--quiet').ended
  expect(full).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^slimbed: s3:\S+part-00003\S+: [^\n]+507[^\n]*\n$/)
  })
  expect(made()).toEqual({})
  // Nothing can be removed either: the first error is the one that is told.
  server.fault = (line) =>
    /^(PUT .*part-00003|DELETE .*part-)/.test(line)
      ? { reply: { status: line.startsWith('PUT') ? 507 : 403 } }
      : undefined
  const denied = await compress('--quiet').ended
  expect(denied).toMatchObject({ status: 1, stderr: full.stderr })
  expect(contents(folder)).toEqual({})
})

test('--resume: parts that were sent are not sent again, and nothing else is left at the end', async () => {
  server.fault = (line) =>
    line.includes('part-00004') && line.startsWith('PUT') ? { reply: { status: 507 } } : undefined
  const first = await compress('--resume', '--quiet').ended
  expect(first.status).toBe(1)
  expect(Object.keys(made()).filter((name) => name.endsWith('.safetensors'))).toHaveLength(3)
  // One of them is another one now: it is made again.
  const damaged = [...server.objects.keys()].find((key) => key.endsWith('.safetensors') && key.includes('part-00002'))
  server.put(damaged ?? '', new Uint8Array(9))
  server.fault = () => undefined
  server.requests.length = 0
  const second = await compress('--resume').ended
  expect(second).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('--resume: going on where the run before')
  })
  const puts = server.requests.filter((line) => line.startsWith('PUT') && line.endsWith('.safetensors'))
  expect(puts.some((line) => line.includes('part-00001'))).toBe(false)
  expect(puts[0]).toContain('part-00002')
  expect(puts[1]).toContain('part-00004')
  expect(made()).toEqual(await expected())
})

test('--resume after kills: the same; another size of parts begins anew', async () => {
  const sizes = ['12kB', '12kB', '20kB', '12kB']
  for (const [turn, size] of sizes.entries()) {
    server.delay = 20
    const { child, ended } = run('compress', 's3://tables/in/*.npy', ...to, '--shard-size', size, '--resume')
    const count = () => Object.keys(made()).length
    const before = count()
    while (child.exitCode === null && count() < before + 1 + turn && !(count() > 0 && turn === 2)) await sleep(5)
    child.kill('SIGKILL')
    await ended
  }
  server.delay = 0
  const last = await compress('--resume', '--quiet').ended
  expect(last).toMatchObject({ status: 0, stderr: '' })
  expect(made()).toEqual(await expected())
  expect(readFileSync(join(folder, 'small/slimbed.shards.json')).length).toBeGreaterThan(100)
})
