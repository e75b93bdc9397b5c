import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openVectors } from '@slimbed/io/node'
import { load, rows as rowsOf } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { pythonWith, runPython } from '@slimbed/testing'
import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { output, slimbed } from './support/run.js'
import { bin, npy, numbers, put, words } from './support/vectors.js'

test.each(['npy', 'bin', 'vec', 'txt', 'safetensors'])('.%s holds the rows that the artefact gives', async (format) => {
  const [rows, dim] = [150, 12]
  const folder = scratch()
  put(folder, 'in.bin', bin(dim, numbers(rows, dim), words(rows)))
  await output(folder, 'compress', 'in.bin', '-o', 'small', '-p', 'fixedpoint(bits=5, scale=group, groupSize=5)')
  const text = await output(folder, 'decompress', 'small', '-o', `out.${format}`)
  expect(text).toMatch(
    new RegExp(`^ {2}out\\.${format} +\\d.*B {2}150 × 12${format === 'npy' ? ', without the words' : ''}$`, 'm')
  )

  const all = Uint32Array.from({ length: rows }, (_, row) => row)
  const expected = rowsOf(load(readFileSync(join(folder, 'small'))).table, all)
  const vectors = await openVectors(join(folder, `out.${format}`))
  expect(await vectors.matrix.read(0, rows)).toEqual(expected)
  expect(vectors.vocabulary?.word(149)).toBe(format === 'npy' ? undefined : 'w149')
  await vectors.close()
  expect(Object.keys(contents(folder))).toEqual(['in.bin', `out.${format}`, 'small'])
})

test('a table without words is written where none are needed', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(9, 4, numbers(9, 4)))
  await output(folder, 'compress', 'in.npy', '-o', 'small', '-p', 'lowrank(rank=4)')
  await output(folder, 'decompress', 'small', '-o', 'out.npy')
  expect(JSON.parse(await output(folder, 'compare', 'in.npy', 'out.npy', '--json')).relativeError).toBeLessThan(1e-6)
})

const faiss = pythonWith('faiss')
const title = faiss ? '' : ' (skipped: there is no Python with faiss)'

/** The rows that FAISS reconstructs of an index, and for each the row that it finds nearest and its squared distance. */
const program = `
import json, sys
import faiss
faiss.omp_set_num_threads(1)
index = faiss.read_index(sys.argv[1])
rows = index.reconstruct_n(0, index.ntotal)
distances, ids = index.search(rows, 1)
print(json.dumps([rows.reshape(-1).tolist(), float((rows - rows[ids[:, 0]]).__abs__().max()), float(distances.max())]))
`

test.skipIf(!faiss).each([
  ['pq(parts=4, bits=4)', 0],
  ['opq(parts=3, bits=5)', 1e-5]
])(`.faiss of %s: FAISS has the same rows and finds them${title}`, async (pipeline, tolerance) => {
  const [rows, dim] = [400, 24]
  const folder = scratch()
  put(folder, 'in.bin', bin(dim, numbers(rows, dim), words(rows)))
  await output(folder, 'compress', 'in.bin', '-o', 'small', '-p', pipeline)
  const text = await output(folder, 'decompress', 'small', '-o', 'out.faiss')
  expect(text).toMatch(/^ {2}out\.faiss +\d.*B {2}400 × 24, without the words$/m)
  const [found, apart, distance] = runPython(faiss, ['-c', program, join(folder, 'out.faiss')]) as [
    number[],
    number,
    number
  ]
  const { table } = load(readFileSync(join(folder, 'small')), { kinds: optionalKinds })
  const expected = rowsOf(
    table,
    Uint32Array.from({ length: rows }, (_, row) => row)
  )
  expect(found).toHaveLength(rows * dim)
  expect(Math.max(...expected.map((value, i) => Math.abs(value - found[i])))).toBeLessThanOrEqual(tolerance)
  expect(apart).toBeLessThan(1e-4)
  expect(distance).toBeLessThan(1e-4)
})

test('a table that .faiss cannot hold is refused, and leaves no file', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(9, 4, numbers(9, 4)))
  await output(folder, 'compress', 'in.npy', '-o', 'small', '-p', 'fixedpoint(bits=8)')
  const { status, stderr } = await slimbed(folder, 'decompress', 'small', '-o', 'out.faiss')
  expect(status).not.toBe(0)
  expect(stderr).toMatch(/^.*\.faiss holds tables of pq and opq: .* this is a table of kind quantized: write \.npy\n$/)
  expect(Object.keys(contents(folder))).toEqual(['in.npy', 'small'])
})
