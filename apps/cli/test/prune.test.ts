import { expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { output, slimbed } from './support/run.js'
import { bin, numbers, put, words } from './support/vectors.js'

test('rows of pruned words are still found, and inspect says how many share a row', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(8, numbers(300, 8), words(300)))
  put(
    folder,
    'counts.tsv',
    words(300)
      .map((word, row) => `${word}\t${1000 - row}\n`)
      .join('')
  )
  const pipeline = 'prune(keep=0.5) | fixedpoint(bits=8)'
  await output(folder, 'compress', 'in.bin', '-o', 'out', '-p', pipeline, '--weights', 'counts.tsv', '--quiet')
  expect(await output(folder, 'inspect', 'out')).toContain('150 of 300 rows share 1 row\n')
  expect(JSON.parse(await output(folder, 'inspect', 'out', '--json')).sharing).toEqual({ rows: 150, shared: 1 })
  const list = words(300)
  const nearest = JSON.parse(await output(folder, 'nearest', 'out', list[299], '-k', '3', '--json'))
  expect(JSON.stringify(nearest)).toContain(list[299])
})

test('--limit reads the first rows, of vectors and of artefacts', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(8, numbers(60, 8), words(60)))
  const compress = async (input: string, out: string, limit: string) =>
    JSON.parse(
      await output(folder, 'compress', input, '-o', out, '-p', 'fixedpoint()', '--limit', limit, '--json', '--quiet')
    )
  expect((await compress('in.bin', 'a', '25')).input).toMatchObject({ rows: 25, dim: 8 })
  const again = await compress('a', 'b', '10')
  expect(again.input).toMatchObject({ rows: 10, dim: 8 })
  expect(JSON.parse(await output(folder, 'inspect', 'b', '--json'))).toMatchObject({ rows: 10, words: 10 })
  expect((await compress('a', 'c', '1000')).input.rows).toBe(25)
  const refused = await slimbed(folder, 'compress', 'in.bin', '-o', 'd', '-p', 'fixedpoint()', '--limit', '0')
  expect(refused).toMatchObject({ status: 2 })
})
