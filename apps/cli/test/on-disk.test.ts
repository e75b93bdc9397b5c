import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compress, createTensor, expand, pipeline, saveTo, type TensorAdapter } from '@slimbed/core'
import { saveModelTo } from '@slimbed/core/artefact'
import { fixedpoint } from '@slimbed/fixedpoint'
import { writeAtomically } from '@slimbed/io/node'
import { lowrank } from '@slimbed/lowrank'
import { gather, load, partition, rowNorms, type Table } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { tableBytes } from '@slimbed/runtime/kinds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOnDisk } from '../src/open/on-disk.js'
import { ask } from '../src/query/ask.js'
import { askInBlocks } from '../src/query/blocks.js'
import { parseQueries } from '../src/query/parse.js'
import { createSession } from '../src/session/session.js'
import { scratch } from './support/folder.js'
import { numbers, words } from './support/vectors.js'

const [rows, dim] = [9000, 24]
const session = createSession(new AbortController().signal, true)
const names = words(rows)
const vocabulary = vocabularyOf(names)
let tensor: TensorAdapter
let table: Table

beforeAll(async () => {
  tensor = await createTensor({ threads: 1 })
  const part = async (count: number, seed: number, spec: Parameters<typeof compress>[1]) => {
    const data = numbers(count, dim, seed)
    const read = async (start: number, size: number) => data.subarray(start * dim, (start + size) * dim)
    return (await compress({ rows: count, dim, read }, spec, { tensor })).table
  }
  const product = await part(6000, 1, pipeline(lowrank({ rank: 6 }), fixedpoint({ bits: 4 })))
  const codes = await part(2000, 2, fixedpoint({ bits: 8 }))
  const shared = gather(
    Uint16Array.from({ length: 1000 }, (_, i) => (i * 7) % 2000),
    codes
  )
  const group = Uint8Array.from({ length: rows }, (_, row) => (row < 100 ? 1 : row % 9 < 6 ? 0 : row % 9 < 8 ? 1 : 2))
  const parts = [product, codes, shared].map((each, i) => {
    const count = group.reduce((sum, value) => sum + Number(value === i), 0)
    return gather(
      Uint32Array.from({ length: count }, (_, row) => row % each.rows),
      each
    )
  })
  table = partition(group, parts)
})
afterAll(() => tensor.close())

/** An artefact in a file, opened on disk and in memory. */
async function opened() {
  const path = join(scratch(), 'table.safetensors')
  await writeAtomically(path, (sink) => saveTo({ table, vocabulary, provenance: {} }, sink))
  const disk = await openOnDisk(path, session, [undefined], 0)
  return { path, disk: disk!, found: disk!.tables.get(undefined)!, memory: load(readFileSync(path)) }
}

test('rows, shapes and sizes are those of the artefact in memory', async () => {
  const { disk, found, memory } = await opened()
  const [mine, other] = [await expand(found.table, tensor), await expand(memory.table, tensor)]
  for (const [start, count] of [
    [0, rows],
    [4096, 1],
    [8990, 10],
    [17, 0]
  ] as const) {
    expect(await mine.read(start, count)).toEqual(await other.read(start, count))
  }
  expect(found.sizes).toEqual(memory.sizes)
  expect(found.shape).toMatchObject({ kind: 'partition', rows, dim, children: { 0: { kind: 'gather' } } })
  expect(tableBytes(found.shape)).toBe(tableBytes(memory.table))
  expect(found.vocabulary?.find('w8999')).toBe(8999)
  await disk.close()
})

test('neighbours found in one pass over blocks are those found in memory', async () => {
  const { disk, found, memory } = await opened()
  const queries = parseQueries(['w0', 'w8999', 'w5', '-', 'w6', '+', 'w7'])
  const searchable = { table: memory.table, words: vocabulary, norms: rowNorms(memory.table) }
  const expected = queries.map((query) => ask(searchable, query, 50))
  const inBlocks = await askInBlocks({ rows, dim, words: vocabulary, take: found.take }, queries, 50, session)
  expect(inBlocks.map((list) => list.map(({ word }) => word))).toEqual(
    expected.map((list) => list.map(({ word }) => word))
  )
  inBlocks.flat().forEach(({ cosine }, i) => {
    expect(cosine).toBeCloseTo(expected.flat()[i].cosine, 6)
  })
  await disk.close()
})

test('damage anywhere is refused with the name of the file', async () => {
  const { path, disk } = await opened()
  await disk.close()
  const whole = readFileSync(path)
  for (const at of [20, Math.floor(whole.length / 2), whole.length - 1]) {
    const damaged = Buffer.from(whole)
    damaged[at] ^= 1
    writeFileSync(path, damaged)
    const failure = await openOnDisk(path, session, [undefined], 0).catch((error: Error) => error)
    expect(failure).toMatchObject({ code: 'corrupt-file', message: expect.stringContaining(`${path}: `) })
  }
  writeFileSync(path, Buffer.alloc(5000, 'a 1\n'))
  const none = await openOnDisk(path, session, [undefined], 0).catch((error: Error) => error)
  expect(none).toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/expected an artefact.*; it is none$/)
  })
  writeFileSync(path, whole.subarray(0, -1))
  const failure = await openOnDisk(path, session, [undefined], 0).catch((error: Error) => error)
  expect(failure).toMatchObject({ code: 'corrupt-file' })
})

test('small artefacts are left to be read whole; tables of a model have sizes of their own', async () => {
  const path = join(scratch(), 'model.safetensors')
  const tables = new Map([
    ['a', table],
    ['b', table]
  ])
  await writeAtomically(path, (sink) => saveModelTo({ tables, tensors: [], provenance: {} }, sink))
  expect(await openOnDisk(path, session, ['a'])).toBeUndefined()
  const disk = await openOnDisk(path, session, ['a', 'b'], 0)
  expect([...disk!.tables.keys()]).toEqual(['a', 'b'])
  expect(disk!.tables.get('b')!.sizes.table).toBe(tableBytes(table))
  await disk!.close()
})
