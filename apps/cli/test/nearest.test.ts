import { describe, expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { output, slimbed } from './support/run.js'
import { bin, glove, npy, numbers, put, words } from './support/vectors.js'

/** Directions in the plane, by degrees; `King` is `king` at another length. */
const degrees = { king: 0, man: 20, woman: 60, queen: 42, child: 90, far: 180, zero: Number.NaN }
const names = Object.keys(degrees)
const table = Float32Array.from(
  Object.values(degrees).flatMap((angle) =>
    Number.isNaN(angle) ? [0, 0] : [3 * Math.cos((angle * Math.PI) / 180), 3 * Math.sin((angle * Math.PI) / 180)]
  )
)

function project(): string {
  const folder = scratch()
  put(folder, 'in.txt', glove(2, table, names))
  return folder
}

const cosine = (a: number, b: number) => Math.cos(((a - b) * Math.PI) / 180)

test('each word has its list, best first, itself left out', async () => {
  const found = JSON.parse(await output(project(), 'nearest', 'in.txt', 'queen', 'far', '-k', '2', '--json'))
  expect(found).toEqual({
    table: 'in.txt',
    k: 2,
    queries: [
      {
        query: 'queen',
        neighbours: [
          { word: 'woman', row: 2, cosine: expect.closeTo(cosine(42, 60), 5) },
          { word: 'man', row: 1, cosine: expect.closeTo(cosine(42, 20), 5) }
        ]
      },
      {
        query: 'far',
        neighbours: [
          { word: 'child', row: 4, cosine: expect.closeTo(0, 5) },
          { word: 'zero', row: 6, cosine: 0 }
        ]
      }
    ]
  })
})

test('an artefact answers as its vectors do', async () => {
  const folder = project()
  await output(folder, 'compress', 'in.txt', '-o', 'small', '-p', 'fixedpoint(bits=16, scaleType=f32)')
  const before = await output(folder, 'nearest', 'in.txt', 'queen', '-k', '3')
  expect(before).toMatch(/^queen\n {2}woman {2}0\.95\d\d\n {2}man {4}0\.92\d\d\n {2}king {3}0\.74\d\d\n$/)
  const after = await output(folder, 'nearest', 'small', 'queen', '-k', '3')
  const rounded = (text: string) => text.replace(/\d\n/g, '\n')
  expect(rounded(after)).toBe(rounded(before))
})

test('words are added and subtracted', async () => {
  const args = ['king', '-', 'man', '+', 'woman', 'child', '-k', '1', '--json']
  const { queries } = JSON.parse(await output(project(), 'nearest', 'in.txt', ...args))
  expect(queries).toMatchObject([
    { query: 'king - man + woman', neighbours: [{ word: 'queen' }] },
    { query: 'child', neighbours: [{ word: 'woman' }] }
  ])
})

test('a table without words takes them from a file', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(names.length, 2, table))
  put(folder, 'words.txt', `${names.join('\n')}\n`)
  expect(await output(folder, 'nearest', 'in.npy', 'king', '-k', '1', '--vocab', 'words.txt')).toBe(
    'king\n  man  0.9397\n'
  )
})

describe('refuses, in one line and with status 2,', () => {
  test.each([
    ['a word that is not there', ['kink'], '"kink" is none of the 7 words; did you mean "king"?'],
    ['another case', ['King'], '"King" is none of the 7 words; did you mean "king"?'],
    ['a word unlike any', ['xylophone'], '"xylophone" is none of the 7 words'],
    ['one such word among others', ['king', '-', 'nobody'], '"nobody" is none of the 7 words'],
    ['a row of zeros', ['zero'], '"zero" is a vector of zeros, which has no neighbours']
  ])('%s', async (_, args, says) => {
    const { status, stdout, stderr } = await slimbed(project(), 'nearest', 'in.txt', ...args)
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `slimbed: ${says}\n` })
  })
})

test('codes find candidates, and a second table scores them', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(24, numbers(300, 24), words(300)))
  await output(folder, 'compress', 'in.bin', '-o', 'codes', '-p', 'iiq(iterations=3, remove=0)', '--json')
  await output(folder, 'compress', 'in.bin', '-o', 'bytes', '-p', 'fixedpoint(bits=8)', '--json')
  const asked = ['w5', 'w9', '+', 'w12', '--json']
  const exact = JSON.parse(await output(folder, 'nearest', 'bytes', ...asked))
  const all = ['--rescore', 'bytes', '--candidates', '300']
  const found = JSON.parse(await output(folder, 'nearest', 'codes', ...asked, ...all))
  expect(found).toMatchObject({ table: 'codes', rescore: 'bytes', k: 10 })
  const rows = (answer: { queries: { neighbours: { row: number }[] }[] }) =>
    answer.queries.map(({ neighbours }) => neighbours.map(({ row }) => row))
  expect(rows(found)).toEqual(rows(exact))
  // With few candidates only those that are near in codes can be found, and their scores are those of the second table.
  const few = JSON.parse(
    await output(folder, 'nearest', 'codes', 'w5', '--json', '--rescore', 'bytes', '--candidates', '10')
  )
  const near = JSON.parse(await output(folder, 'nearest', 'codes', 'w5', '--json'))
  expect(rows(few)[0].toSorted()).toEqual(rows(near)[0].toSorted())
  const cosines = few.queries[0].neighbours.map(({ cosine }: { cosine: number }) => cosine)
  expect(cosines).toEqual(cosines.toSorted((a: number, b: number) => b - a))

  const refused = async (...args: string[]) => {
    const { status, stderr, stdout } = await slimbed(folder, 'nearest', ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    return stderr
  }
  expect(await refused('bytes', 'w5', '--rescore', 'codes')).toMatch(
    /^slimbed: bytes: --rescore is for tables of codes.*\n$/
  )
  put(folder, 'other.bin', bin(24, numbers(200, 24), words(200)))
  expect(await refused('codes', 'w5', '--rescore', 'other.bin')).toMatch(
    /cannot rescore: codes has 300 rows, other.bin has 200/
  )
  expect(await refused('codes', 'w5', '--rescore', 'absent')).toMatch(/absent/)
})
