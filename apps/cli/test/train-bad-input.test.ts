import { describe, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { putReviews, quick } from './support/reviews.js'
import { slimbed } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

interface Case {
  readonly name: string
  /** The training texts, where they are not the usual ones. */
  readonly train?: string | Buffer
  readonly file?: string
  readonly dev?: string
  readonly flags?: readonly string[]
  readonly says: RegExp
}

const cases: readonly Case[] = [
  {
    name: 'an unknown label in dev',
    dev: 'good word1\nmaybe word2\n',
    says: /dev\.txt, line 2: label "maybe" is not in the training data: "bad", "good"/
  },
  { name: 'an empty sentence', train: 'good word1\nbad\ngood word2\n', says: /train\.txt, line 2: there is no text/ },
  {
    name: 'one class only',
    train: 'good word1\ngood word2\n',
    says: /all 2 training texts have the label "good": two or more/
  },
  {
    name: 'several labels on a line',
    train: '__label__good word1\n__label__good __label__long word2\n__label__bad word3\n',
    says: /train\.txt, line 2: 2 labels \("__label__good", "__label__long"\); a text has one: keep one of them/
  },
  {
    name: 'several labels on a line of dev',
    dev: 'good word1\n\nbad __label__long word2\n',
    says: /dev\.txt, line 1: there is no label with __label__/
  },
  { name: 'an empty file', train: '', says: /train\.txt: .*(empty|no texts)/ },
  {
    name: 'a table of one column',
    file: 'in.tsv',
    train: 'good\nbad\n',
    says: /in\.tsv, line 1: expected a label and a text.*found 1 column/
  },
  {
    name: 'three columns without names',
    file: 'in.csv',
    train: 'good,a,b\nbad,a,b\n',
    says: /in\.csv, line 1: expected a label and a text.*columns label and text; found 3/
  },
  { name: 'a quote that does not end', file: 'in.csv', train: 'label,text\ngood,"word\n', says: /in\.csv: .*[Qq]uote/ },
  {
    name: 'bytes that are no text',
    train: Buffer.from([103, 32, 97, 10, 98, 32, 0xff, 10]),
    says: /train\.txt, line 2: not UTF-8; if it is Latin-1, say --encoding latin1/
  },
  { name: 'texts that are not there', flags: ['--dev', 'no.txt'], says: /no\.txt: there is no such file/ },
  { name: 'vectors without words', flags: ['--vectors', 'v.npy'], says: /v\.npy has no words; give them with --vocab/ },
  {
    name: 'an unknown optimizer',
    flags: ['--optimizer', 'adamw'],
    says: /optimizer must be one of adam, adagrad, rmsprop, sgd.*"adamw"/
  },
  {
    name: 'a compression that cannot be trained',
    flags: ['--compress', 'fixedpoint'],
    says: /the compression cannot be trained: .*quantize after training/
  },
  {
    name: '--at-epoch alone',
    flags: ['--at-epoch', '2'],
    says: /--at-epoch says when to compress: give --compress too/
  },
  {
    name: '--resume of nothing',
    flags: ['--resume'],
    says: /--resume: there is no out\.safetensors\.checkpoint; without --resume/
  },
  { name: 'an output that is an input', flags: ['-o', 'dev.txt'], says: /-o dev\.txt: this is the file that is read/ }
]

test.each(cases)(
  '$name: one line, status 2, nothing left behind',
  async ({ train, file = 'train.txt', dev, flags = [], says }) => {
    const folder = scratch()
    putReviews(folder)
    put(folder, 'v.npy', npy(3, 5, numbers(3, 5)))
    if (train !== undefined) put(folder, file, train)
    if (dev !== undefined) put(folder, 'dev.txt', dev)
    const before = contents(folder)
    const own = file === 'train.txt' && train === undefined ? ['--dev', 'dev.txt'] : []
    const devFlags = dev === undefined ? own : ['--dev', 'dev.txt']
    const args = ['train', '--data', file, ...devFlags, ...quick, '-o', 'out.safetensors', ...flags]
    const { status, stdout, stderr } = await slimbed(folder, ...args)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect(stderr).toMatch(says)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(contents(folder)).toEqual(before)
  }
)

test('texts of unknown words only are measured, and mentioned', async () => {
  const folder = scratch()
  putReviews(folder)
  put(folder, 'odd.txt', 'good entirely unheard of\nbad word1 dull\n')
  const args = ['--data', 'train.txt', '--dev', 'odd.txt', ...quick, '--json', '-o', 'm.safetensors']
  const { status, stderr } = await slimbed(folder, 'train', ...args)
  const warning = 'slimbed: warning: 1 of 2 dev texts have no known word; they all get the same answer\n'
  expect({ status, stderr }).toEqual({ status: 0, stderr: warning })
  const said = await slimbed(folder, 'predict', 'm.safetensors', 'unheard', '')
  expect(said.status).toBe(0)
  expect(said.stderr).toMatch(/^(slimbed: warning: ".*" has no word that the model knows; [^\n]+\n){2}$/)
  expect((await slimbed(folder, 'predict', 'm.safetensors', 'unheard', '--quiet')).stderr).toBe('')
})

test('labels are no words, wherever on the line and in predict; labels that look alike are mentioned', async () => {
  const folder = scratch()
  const lines = [
    'a warm film __label__Good',
    '__label__bad a dull film',
    'some __label__good fun',
    'no fun __label__bad'
  ]
  put(folder, 'train.txt', `${Array.from({ length: 5 }, () => lines.join('\n')).join('\n')}\n`)
  const trained = await slimbed(folder, 'train', '--data', 'train.txt', ...quick, '--json', '-o', 'm.safetensors')
  expect(trained.stderr).toBe(
    'slimbed: warning: train.txt: labels "__label__Good" and "__label__good" are two classes: they differ only in case or white space\n'
  )
  expect(JSON.parse(trained.stdout)).toMatchObject({
    data: { labels: ['__label__Good', '__label__bad', '__label__good'] }
  })
  const near = await slimbed(folder, 'nearest', 'm.safetensors', '__label__bad')
  expect(near.status).toBe(2)
  const said = await slimbed(folder, 'predict', 'm.safetensors', '__label__bad a warm film', '--json')
  expect(said.stderr).toMatch(/^slimbed: warning: labels in the texts, such as "__label__bad", are left out: [^\n]+\n$/)
  expect(JSON.parse(said.stdout).predictions).toMatchObject([{ text: '__label__bad a warm film', known: 3 }])
})

test('predict mentions texts that all begin with a label', async () => {
  const folder = scratch()
  putReviews(folder)
  await slimbed(folder, 'train', '--data', 'train.txt', ...quick, '-o', 'm.safetensors')
  const said = await slimbed(folder, 'predict', 'm.safetensors', 'good word1', 'bad word2')
  expect(said.stderr).toMatch(/^slimbed: warning: each text begins with a label, [^\n]+\n$/)
  expect((await slimbed(folder, 'predict', 'm.safetensors', 'good word1', 'word2')).stderr).toBe('')
})

describe('slimbed predict refuses', () => {
  test.each([
    ['a file that is not there', 'no.safetensors', /no\.safetensors: there is no such file/],
    ['a table alone', 'table.safetensors', /table\.safetensors: expected a classifier, .* holds a table alone/],
    ['something else', 'train.txt', /train\.txt: /]
  ])('%s', async (_, file, says) => {
    const folder = scratch()
    putReviews(folder)
    put(folder, 'v.npy', npy(30, 5, numbers(30, 5)))
    await slimbed(folder, 'compress', 'v.npy', '-o', 'table.safetensors', '-p', 'fixedpoint')
    const { status, stdout, stderr } = await slimbed(folder, 'predict', file, 'text')
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })
})
