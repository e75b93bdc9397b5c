import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { output, slimbed } from './support/run.js'
import { bin, npy, numbers, put, words } from './support/vectors.js'

const dim = 4
const data = numbers(6, dim)
const whole = bin(dim, data, words(6))
const good = npy(6, dim, data)
const text = (...lines: string[]) => `${lines.join('\n')}\n`
/** Where the third row begins in `whole`. */
const thirdRow = '6 4\n'.length + 2 * ('w0 '.length + dim * 4 + 1)

/** A `.npy` whose header says it holds Python objects. */
const objects = Buffer.from(good.toString('latin1').replace("'<f4'", "'|O' "), 'latin1')

const spoiled = (value: number) => {
  const values = data.slice()
  values[2 * dim + 1] = value
  return npy(6, dim, values)
}

interface Case {
  readonly name: string
  /** The input; `in.npy` is also there, whole. */
  readonly file?: string | Buffer
  readonly pipeline?: string
  readonly flags?: readonly string[]
  readonly target?: string
  /** What the one line must say. */
  readonly says: RegExp
}

const cases: readonly Case[] = [
  { name: 'a .bin cut in its header', file: whole.subarray(0, 2), says: /in, line 1: / },
  { name: 'a .bin cut after its header', file: whole.subarray(0, 4), says: /^slimbed: in\b.*/ },
  { name: 'a .bin cut in a word', file: whole.subarray(0, thirdRow + 1), says: /^slimbed: in, byte \d+: .*6/ },
  { name: 'a .bin cut in a vector', file: whole.subarray(0, thirdRow + 9), says: /^slimbed: in, byte \d+: .*6/ },
  { name: 'a short line of text', file: text('a 1 2 3', 'b 1 2', 'c 4 5 6'), says: /in, line 2: .*3 numbers/ },
  { name: 'a word in a number’s place', file: text('a 1 2 3', 'b 1 x 3', 'c 4 5 6'), says: /in, line 2: .*"x"/ },
  { name: 'NaN in text', file: text('a 1 2 3', 'b 1 2 3', 'c 4 nan 6'), says: /in, line 3: .*"nan"/ },
  { name: 'Infinity in text', file: text('a 1 2 3', 'b inf 2 3', 'c 4 5 6'), says: /in, line 2: .*"inf"/ },
  { name: 'NaN in .npy', file: spoiled(Number.NaN), says: /in, row 2, column 1.*NaN/ },
  { name: 'Infinity in .npy', file: spoiled(Number.POSITIVE_INFINITY), says: /in, row 2, column 1.*Infinity/ },
  { name: 'an empty file', file: '', says: /in: .*empty/ },
  { name: 'a .npy of objects', file: objects, says: /in: .*\|O/ },
  { name: 'too few words', flags: ['--vocab', 'two.txt'], says: /two\.txt: .*6 rows.*2 lines/ },
  { name: 'a vocabulary that is not there', flags: ['--vocab', 'no.txt'], says: /no\.txt: there is no such file/ },
  { name: 'weights that are not there', flags: ['--weights', 'no.tsv'], says: /no\.tsv: there is no such file/ },
  { name: 'weights without words', flags: ['--weights', 'counts.tsv'], says: /in\.npy has no words.*--vocab/ },
  {
    name: 'counts for none of the words',
    file: whole,
    flags: ['--weights', 'counts.tsv'],
    says: /counts\.tsv has a count for none of the 6 words of in: is it for another table\?/
  },
  { name: 'weights that are no counts', file: whole, flags: ['--weights', 'two.txt'], says: /two\.txt, line 1: / },
  { name: 'an unknown stage', pipeline: 'lowrnk(rank=2)', says: /unknown stage "lowrnk".*mean "lowrank"\?.*--plugin/ },
  { name: 'an unknown option', pipeline: 'lowrank(rnk=2)', says: /lowrank: unknown option "rnk".*mean "rank"\?/ },
  { name: 'a value of the wrong type', pipeline: 'lowrank(rank=two)', says: /lowrank: option rank .*"two"/ },
  { name: 'rank=0', pipeline: 'lowrank(rank=0)', says: /lowrank: option rank .*1 or more, not 0/ },
  { name: 'rank above dim', pipeline: 'lowrank(rank=5)', says: /lowrank: rank=5 .*4 columns/ },
  { name: 'bits=17', pipeline: 'fixedpoint(bits=17)', says: /fixedpoint: option bits .*1 to 16, not 17/ },
  { name: 'half a pipeline', pipeline: 'lowrank(rank=2) |', says: /pipeline: expected .* column 18/ },
  { name: 'nothing left to compress', pipeline: 'fixedpoint | fixedpoint', says: /nothing left to compress/ },
  { name: 'a leaf that is not there', pipeline: 'left/fixedpoint', says: /nothing left to compress/ },
  {
    name: 'an output folder that is not there',
    target: 'no/out.safetensors',
    says: /-o no\/out\.safetensors: .*no does not exist/
  },
  { name: 'an output that is a folder', target: '.', says: /-o \.: .*folder/ },
  { name: 'an output that is the input', target: 'in.npy', says: /-o in\.npy: .*the file that is read/ },
  { name: 'an output under a file', target: 'in.npy/out', says: /-o in\.npy\/out: .*not a folder/ },
  { name: 'a seed below 0', flags: ['--seed', '-1'], says: /--seed.*-1/ },
  { name: 'a seed that is too large', flags: ['--seed', '4294967296'], says: /--seed.*0 to 4294967295/ },
  { name: 'no threads', flags: ['--threads', '0'], says: /--threads.*1 to/ },
  { name: 'half a thread', flags: ['--threads', '1.5'], says: /--threads.*whole number/ },
  { name: 'an unknown engine', flags: ['--backend', 'gpu'], says: /--backend.*gpu.*wasm/ },
  { name: 'an unknown flag', flags: ['--jsn'], says: /unknown option '--jsn'.*--json/ },
  { name: 'an argument too many', flags: ['more.npy'], says: /too many arguments/ },
  { name: 'text without numbers', file: 'not\nvectors\n', says: /^slimbed: in, line 1: / }
]

describe('compress refuses in one line, with status 2, and leaves every file as it was:', () => {
  test.each(cases)(
    '$name',
    async ({ file, pipeline = 'lowrank(rank=2)', flags = [], target = 'out.safetensors', says }) => {
      const folder = scratch()
      put(folder, 'in', file ?? '')
      put(folder, 'in.npy', good)
      put(folder, 'two.txt', 'one\ntwo\n')
      put(folder, 'counts.tsv', 'one\t3\ntwo\t2\n')
      put(folder, 'out.safetensors', 'an earlier output')
      const before = contents(folder)
      const input = file === undefined ? 'in.npy' : 'in'
      const args = [input, '-o', target, '-p', pipeline, ...flags]
      const { status, stdout, stderr } = await slimbed(folder, 'compress', ...args)
      expect(stderr).toMatch(says)
      expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(contents(folder)).toEqual(before)
    }
  )
})

test('repeated words are kept, and reported', async () => {
  const folder = scratch()
  put(folder, 'in.txt', text('a 1.5 2 3', 'b 4 5.5 7', 'a 7 8 8.5', 'a 1 1.5 2', 'b 3 4 9.5'))
  const args = ['compress', 'in.txt', '-o', 'out.safetensors', '-p', 'fixedpoint', '--json']
  const { status, stdout, stderr } = await slimbed(folder, ...args)
  expect(stderr).toMatch(/^slimbed: warning: in\.txt: 3 rows repeat words.*"a".*\n$/)
  expect(status).toBe(0)
  expect(JSON.parse(stdout).input.rows).toBe(5)
  const { words: kept } = JSON.parse((await slimbed(folder, 'inspect', 'out.safetensors', '--json')).stdout)
  expect(kept).toBe(5)
  expect((await slimbed(folder, ...args, '--quiet')).stderr).toBe('')
})

describe('other commands refuse in one line:', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slimbed cli '))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  beforeAll(async () => {
    put(folder, 'in.npy', good)
    put(folder, 'other.npy', npy(5, dim, data.subarray(0, 5 * dim)))
    put(folder, 'two.txt', 'one\ntwo\n')
    await output(folder, 'compress', 'in.npy', '-o', 'small.safetensors', '-p', 'fixedpoint')
    put(folder, 'cut.safetensors', readFileSync(join(folder, 'small.safetensors')).subarray(0, -5))
  })

  test.each([
    [['inspect', 'in.npy'], /in\.npy: expected an artefact/],
    [['inspect', 'no.safetensors'], /no\.safetensors: there is no such file/],
    [['inspect', 'cut.safetensors'], /cut\.safetensors: .*(truncated|bytes|ends)/],
    [['decompress', 'in.npy', '-o', 'out.npy'], /in\.npy: expected an artefact/],
    [['decompress', 'small.safetensors', '-o', 'out.xyz'], /out\.xyz: .*\.npy/],
    [['decompress', 'small.safetensors', '-o', 'no/out.npy'], /-o no\/out\.npy: .*does not exist/],
    [['decompress', 'small.safetensors', '-o', 'small.safetensors'], /the file that is read/],
    [['decompress', 'small.safetensors', '-o', 'out.txt'], /needs a word for each row/],
    [['nearest', 'in.npy', 'king'], /in\.npy has no words.*--vocab/],
    [['nearest', 'small.safetensors', 'a', '--vocab', 'two.txt'], /--vocab two\.txt: .*artefact/],
    [['nearest', 'in.npy', 'a', '-k', '0'], /-k.*whole number from 1/],
    [['compare', 'other.npy', 'small.safetensors'], /cannot compare: .*6 × 4.*5 × 4/],
    [['compres'], /unknown command 'compres'.*compress/],
    [['compress'], /required/]
  ])('%j', async (args, says) => {
    const before = contents(folder)
    const { status, stdout, stderr } = await slimbed(folder, ...args)
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(contents(folder)).toEqual(before)
  })
})
