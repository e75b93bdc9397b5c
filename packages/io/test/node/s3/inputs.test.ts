import { createHash } from 'node:crypto'
import { matrixFrom } from '@slimbed/core'
import { type S3Server, serveS3 } from '@slimbed/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { encodeVectors } from '../../../src/index.js'
import { openModel, openVectors, writeAtomically, writeVectors } from '../../../src/node/index.js'
import { safetensors } from '../../safetensors/safetensors-file.js'
import { collect, refusal } from '../../support.js'
import { serveFiles } from '../net/web.js'

const [dim, each, parts] = [3, 40, 12]
const data = Float32Array.from({ length: parts * each * dim }, (_, i) => i / 8)

let server: S3Server
beforeEach(async () => {
  server = await serveS3({ pageSize: 5 })
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value)
  for (let i = 0; i < parts; i++) server.put(`tables/p/part-${i}.npy`, await npyOf(i))
  server.put('tables/p/', new Uint8Array())
  server.put('tables/p/below/part-99.npy', new Uint8Array(3))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server.close()
})

async function npyOf(part: number): Promise<Uint8Array> {
  const sink = collect()
  const rows = data.slice(part * each * dim, (part + 1) * each * dim)
  await encodeVectors({ matrix: matrixFrom(each, dim, rows) }, 'npy', sink)
  return sink.bytes()
}

test.each(['s3://tables/p/', 's3://tables/p/*.npy', 's3://tables/p/part-*'])('%s is one table', async (path) => {
  const { matrix, format, close } = await openVectors(path)
  expect([matrix.rows, matrix.dim, format]).toEqual([parts * each, dim, 'npy'])
  expect(await matrix.read(0, matrix.rows)).toEqual(data)
  expect(await matrix.read(35, 100)).toEqual(data.slice(35 * dim, 135 * dim))
  await close()
})

test('a file, rows and columns of it, with words of another store', async () => {
  const words = Array.from({ length: each }, (_, i) => `w${i}\n`).join('')
  const web = await serveFiles({ 'words.txt': new TextEncoder().encode(words) })
  const options = { words: `${web.url}/words.txt`, rows: [2, 5], columns: [1, 3] } as const
  const { matrix, vocabulary, close } = await openVectors('s3://tables/p/part-3.npy', options)
  const start = (3 * each + 2) * dim
  const wanted = [1, 2, 4, 5, 7, 8].map((i) => data[start + i])
  expect([...(await matrix.read(0, 3))]).toEqual(wanted)
  expect(vocabulary?.word(0)).toBe('w2')
  await close()
  await web.close()
})

test('text, and a model in shards by its index or its folder', async () => {
  server.put('tables/text.txt', new TextEncoder().encode('a 1 2 3\nb 4 5 6\n'))
  const text = await openVectors('s3://tables/text.txt')
  expect([...(await text.matrix.read(0, 2))]).toEqual([1, 2, 3, 4, 5, 6])
  const table = { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }
  const shard = safetensors({ 'embed.weight': table })
  const index = new TextEncoder().encode(JSON.stringify({ weight_map: { 'embed.weight': 'a.safetensors' } }))
  const files = { 'a.safetensors': shard, 'model.safetensors.index.json': index }
  for (const [name, bytes] of Object.entries(files)) server.put(`tables/model/${name}`, bytes)
  const web = await serveFiles({ ...files })
  const [indexName] = Object.keys(files).slice(1)
  for (const path of [
    's3://tables/model/',
    `s3://tables/model/${indexName}`,
    `${web.url}/${indexName}?download=true`
  ]) {
    const { matrix, close } = await openVectors(path, { tensor: 'embed.weight' })
    expect([...(await matrix.read(0, 2))]).toEqual([1, 2, 3, 4])
    await close()
    expect(await refusal(openVectors(path))).toMatch(
      /^bad-input: .*a model in shards; choose a tensor of it: "embed.weight" is in .*a\.safetensors/
    )
  }
  const { matrices, close } = await openModel(`${web.url}/a.safetensors`)
  expect([...matrices.keys()]).toEqual(['embed.weight'])
  await close()
  await web.close()
})

test('what is not there is said in a line', async () => {
  const refusals = {
    's3://tables/none.npy':
      /^not-found: s3:\/\/tables\/none\.npy: there is no such file .*; a folder is given with a slash at its end$/,
    's3://tables/none/*.npy': /^not-found: s3:\/\/tables\/none\/\*\.npy: it means no file$/,
    's3://tables/none/': /^bad-input: s3:\/\/tables\/none\/: expected a file; it is a folder/,
    's3://other/x.npy': /^not-found: .*NoSuchBucket/,
    's3://tables': /^bad-input/
  }
  for (const [path, message] of Object.entries(refusals))
    expect(await refusal(openVectors(path)), path).toMatch(message)
})

test('an object that changes between two reads is an error', async () => {
  const large = new Uint8Array(200_000)
  large.set(await npyOf(0))
  const header = new TextEncoder().encode("{'descr': '<f4', 'fortran_order': False, 'shape': (10000, 3), }")
  large.set(header, 10)
  large.fill(32, 10 + header.length, 128)
  server.put('tables/large.npy', large)
  const { matrix, close } = await openVectors('s3://tables/large.npy')
  await matrix.read(9_000, 10)
  server.put(
    'tables/large.npy',
    large.map((byte) => byte ^ 1)
  )
  expect(await refusal(matrix.read(9_500, 10))).toMatch(
    /^io: s3:\/\/tables\/large\.npy: the file has changed while it was read/
  )
  await close()
})

test('vectors are written to an object, whole or not at all', async () => {
  const matrix = matrixFrom(each, dim, data.slice(0, each * dim))
  await writeVectors('s3://tables/out.npy', { matrix })
  expect(new Uint8Array(server.objects.get('tables/out.npy')!.bytes)).toEqual(new Uint8Array(await npyOf(0)))
  const before = server.objects.get('tables/out.npy')
  const failing = writeAtomically('s3://tables/out.npy', async (sink) => {
    await sink.write(new Uint8Array(10), 0)
    throw new Error('no more')
  })
  await expect(failing).rejects.toThrow('no more')
  server.fault = (line) => (line.startsWith('PUT') ? { reply: { status: 403 } } : undefined)
  expect(await refusal(writeVectors('s3://tables/out.npy', { matrix }))).toMatch(
    /^io: s3:\/\/tables\/out\.npy: access denied/
  )
  expect(server.objects.get('tables/out.npy')).toBe(before)
  expect(await refusal(writeVectors('https://127.0.0.1/out.npy', { matrix }))).toMatch(/^bad-option/)
})

test('the first bytes may be written last, and what was written read', async () => {
  const tail = Uint8Array.from({ length: 20 << 20 }, (_, i) => i % 253)
  await writeAtomically('s3://tables/big', async (sink) => {
    await sink.write(tail, 8)
    expect(await sink.read(8, 3)).toEqual(tail.slice(0, 3))
    await sink.write(new Uint8Array(8).fill(7), 0)
  })
  const sum = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')
  expect(sum(server.objects.get('tables/big')!.bytes)).toBe(sum(Buffer.concat([new Uint8Array(8).fill(7), tail])))
  expect(server.requests.filter((line) => line.includes('partNumber'))).toHaveLength(2)
})
