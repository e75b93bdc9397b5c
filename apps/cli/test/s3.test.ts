import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type S3Server, serveS3 } from '@slimbed/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { program, type Running, slimbed, start } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

const [rows, dim] = [90, 8]
const data = numbers(rows, dim)
const pipeline = ['-p', 'fixedpoint(bits=4)']

let server: S3Server
let folder: string

beforeEach(async () => {
  server = await serveS3()
  folder = scratch()
  for (let i = 0; i < 3; i++) {
    server.put(`tables/p/part-${9 + i}.npy`, npy(30, dim, data.slice(i * 30 * dim, (i + 1) * 30 * dim)))
  }
})
afterEach(() => server.close())

const run = (...args: string[]): Running =>
  start(folder, process.execPath, [program, ...args], { ...server.environment })

test('parts in a store are compressed to an object of it, which is then read', async () => {
  put(folder, 'whole.npy', npy(rows, dim, data))
  await slimbed(folder, 'compress', 'whole.npy', '-o', 'whole.safetensors', ...pipeline)
  const written = 's3://tables/out/small.safetensors'
  const made = await run('compress', 's3://tables/p/', '-o', written, ...pipeline, '--json').ended
  expect([made.status, made.stderr]).toEqual([0, ''])
  expect(JSON.parse(made.stdout)).toMatchObject({
    input: { path: 's3://tables/p/', rows, dim },
    output: { path: written }
  })
  const object = Buffer.from(server.objects.get('tables/out/small.safetensors')!.bytes)
  expect(object.equals(readFileSync(join(folder, 'whole.safetensors')))).toBe(true)
  const shown = await run('inspect', written, '--json').ended
  expect([shown.status, shown.stderr]).toEqual([0, ''])
  const compared = await run('compare', 's3://tables/p/part-*.npy', written).ended
  expect([compared.status, compared.stderr]).toEqual([0, ''])
  expect(Object.keys(contents(folder))).toEqual(['whole.npy', 'whole.safetensors'])
  expect(server.uploads.size).toBe(0)
})

test('what cannot be written is refused before any work, in a line', async () => {
  const cases: [string, RegExp, number][] = [
    ['s3://other/x.safetensors', /slimbed: s3:\/\/other\/x\.safetensors: .*NoSuchBucket/, 2],
    ['s3://tables/p/x.safetensors', /this is in the folder that is read; choose another name/, 2],
    ['s3://tables', /expected the name of an object to write/, 2],
    ['s3://tables/', /expected s3:\/\/bucket\/prefix\/, where there is nothing else/, 2],
    ['https://127.0.0.1/x.safetensors', /a URL cannot be written to/, 2]
  ]
  for (const [output, message, status] of cases) {
    const result = await run('compress', 's3://tables/p/', '-o', output, ...pipeline).ended
    expect([output, result.status, result.stdout]).toEqual([output, status, ''])
    expect(result.stderr).toMatch(message)
    expect(result.stderr.trim().split('\n')).toHaveLength(1)
  }
  server.fault = (line) => (line.includes('?uploads') ? { reply: { status: 403 } } : undefined)
  const denied = await run('compress', 's3://tables/p/', '-o', 's3://tables/x.safetensors', ...pipeline).ended
  expect([denied.status, denied.stderr]).toEqual([
    1,
    'slimbed: s3://tables/x.safetensors: access denied (HTTP status 403)\n'
  ])
  expect(server.objects.size).toBe(3)
  expect(contents(folder)).toEqual({})
})

test('interrupted while it is sent: one line, status 130, nothing written', async () => {
  let sending = false
  server.fault = (line) => {
    if (!line.startsWith('PUT')) return undefined
    sending = true
    return 'stall'
  }
  const { child, ended } = run('compress', 's3://tables/p/', '-o', 's3://tables/x.safetensors', ...pipeline)
  while (!sending && child.exitCode === null) await sleep(5)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ status: 130, stdout: '', stderr: 'slimbed: interrupted\n' })
  expect([server.objects.size, server.uploads.size]).toEqual([3, 0])
  expect(contents(folder)).toEqual({})
})
