import { expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { slimbed } from './support/run.js'
import { put } from './support/vectors.js'

const names = ['water', 'river', 'sea', 'king']
const rows = ['0.5 1.5 -0.5', '0.25 1.25 -0.75', '0.125 1 -0.5', '-2.5 0.5 1.5']
const table = (between: string) => names.map((name, i) => `${name}${between}${rows[i]}\n`).join('')

test.each([
  ['two rows on one line', table(' ').replace('\nsea', ' sea'), /^slimbed: in, line 2: .*two rows on one line\?$/m],
  ['a comma after the word', table(','), /^slimbed: in, line 1: the word would be "water,0\.5": put spaces or tabs/],
  ['commas', table(',').replaceAll(' ', ','), /^slimbed: in, line 1: .*put spaces or tabs between the numbers/]
])('%s: status 2 and one line', async (_, content, message) => {
  const folder = scratch()
  put(folder, 'in', content)
  const { status, stdout, stderr } = await slimbed(folder, 'nearest', 'in', 'water')
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(message)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('numbers alone, with the words in a table of their own', async () => {
  const folder = scratch()
  put(folder, 'vectors.tsv', rows.map((row) => `${row.replaceAll(' ', '\t')}\n`).join(''))
  put(folder, 'metadata.tsv', `word\tcount\n${names.map((name, i) => `${name}\t${90 - i}\n`).join('')}`)
  const { status, stdout, stderr } = await slimbed(
    folder,
    'nearest',
    'vectors.tsv',
    'water',
    '--vocab',
    'metadata.tsv',
    '-k',
    '1'
  )
  expect(status).toBe(0)
  expect(stdout).toMatch(/^water\n {2}sea +0\.9\d+\n/)
  expect(stderr).toMatch(/^slimbed: warning: metadata\.tsv: the lines hold numbers beside the words/)
  const alone = await slimbed(folder, 'nearest', 'vectors.tsv', 'water')
  expect([alone.status, alone.stderr]).toEqual([2, expect.stringContaining('numbers alone')])
})

test('a header that promises another number of rows', async () => {
  const folder = scratch()
  put(folder, 'in.vec', `5 3\n${table(' ')}`)
  const { status, stdout, stderr } = await slimbed(folder, 'nearest', 'in.vec', 'water', '-k', '1')
  expect([status, stdout]).toEqual([0, expect.stringContaining('sea')])
  expect(stderr).toBe(
    'slimbed: warning: in.vec: the header says 5 rows, the file has 4; all of them are read; is the file whole?\n'
  )
})
