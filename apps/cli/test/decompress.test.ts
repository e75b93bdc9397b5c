import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openVectors } from '@slimbed/io/node'
import { load, rows as rowsOf } from '@slimbed/runtime'
import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { output } from './support/run.js'
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
