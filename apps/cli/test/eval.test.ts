import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { output, slimbed } from './support/run.js'
import { glove, numbers, put } from './support/vectors.js'

const names = [...'abcdefghijklmnopqrst']
const rows = numbers(20, 6)

/** A file of vectors, tasks of three kinds, and a smaller table. */
async function project(): Promise<string> {
  const folder = scratch()
  put(folder, 'in.txt', glove(6, rows, names))
  for (const name of ['similarity', 'analogy', 'categorization'])
    mkdirSync(join(folder, 'tasks/eval', name), { recursive: true })
  const pairs = names.slice(0, 12).map((name, i) => `${name}\t${names[i + 3]}\t${(i * 7) % 10}`)
  put(folder, 'tasks/eval/similarity/pairs.txt', `${pairs.join('\n')}\n`)
  put(folder, 'tasks/eval/analogy/questions.txt', ': letters\na b c d\nb c d e\nA B C D\n')
  put(
    folder,
    'tasks/eval/categorization/classes.csv',
    `word,class\n${names.map((name, i) => `${name},${i % 3}`).join('\n')}\n`
  )
  put(folder, 'tasks/about.txt', 'what stands beside the folders of tasks is none\n')
  await output(folder, 'compress', 'in.txt', '-o', 'small.safetensors', '-p', 'fixedpoint(bits=2)', '--quiet')
  return folder
}

test('tables are evaluated beside their original, with intervals, by band, as one object', async () => {
  const folder = await project()
  const args = ['eval', 'small.safetensors', 'in.txt', '--tasks', 'tasks', '--against', 'in.txt', '--resamples', '100']
  const made = JSON.parse(await output(folder, ...args, '--json'))
  expect(made).toMatchObject({ tasks: 'tasks', seed: 0, resamples: 100, skipped: [], notes: [] })
  expect(made.against.scores.map((score: { measure: string }) => score.measure)).toEqual([
    'spearman',
    'spearman, known pairs',
    '3CosAdd',
    '3CosMul',
    'purity'
  ])
  expect(made.against.fidelity).toBeUndefined()
  const [small, same] = made.tables
  expect(small).toMatchObject({ path: 'small.safetensors', format: 'slimbed', rows: 20, dim: 6 })
  expect(small.ratio).toBe(480 / small.tableBytes)
  expect(small.fidelity.relativeError).toBeGreaterThan(0.05)
  expect(small.fidelity.bands).toHaveLength(1)
  for (const { difference } of small.scores) {
    expect(difference.low).toBeLessThanOrEqual(difference.high)
  }
  expect(same.fidelity).toMatchObject({ relativeError: 0, neighbourOverlap: 1 })
  for (const { difference } of same.scores) expect(difference).toEqual({ value: 0, low: 0, high: 0 })
  expect(JSON.parse(await output(folder, ...args, '--json'))).toEqual(made)
})

test('the text shows scores, differences and what is known', async () => {
  const folder = await project()
  const text = await output(folder, 'eval', 'small.safetensors', '--tasks', 'tasks', '--against', 'in.txt')
  expect(text).toMatch(/^original\n {2}in\.txt/)
  expect(text).toMatch(
    /similarity +pairs +spearman, known pairs +-?[\d.]+ +[+−][\d.]+ \([+−][\d.]+ to [+−][\d.]+\) +12 of 12/
  )
  expect(text).toMatch(/analogy +questions +3CosAdd .* 3 of 3/)
  expect(text).toMatch(/of 10 neighbours, kept +[\d.]+ %/)
  expect(text).toMatch(/rows as they come +relative error +mean cosine +neighbours kept/)
})

test('a folder of one kind, and no original', async () => {
  const folder = await project()
  const made = JSON.parse(await output(folder, 'eval', 'in.txt', '--tasks', 'tasks/eval/similarity', '--json'))
  expect(made.tables[0].scores).toHaveLength(2)
  expect(made.tables[0].scores[0].difference).toBeUndefined()
  expect(made.against).toBeUndefined()
})

test('codes that keep only similarities have scores and neighbours, and no errors', async () => {
  const folder = await project()
  await output(folder, 'compress', 'in.txt', '-o', 'codes.safetensors', '-p', 'iiq(space=codes, bits=4)', '--quiet')
  const args = ['eval', 'codes.safetensors', '--tasks', 'tasks', '--against', 'in.txt']
  const [table] = JSON.parse(await output(folder, ...args, '--json')).tables
  expect(table).toMatchObject({ dim: 4, ratio: 480 / table.tableBytes })
  expect(Object.keys(table.fidelity)).toEqual(['rows', 'neighbourOverlap', 'k', 'eigenspaceOverlap', 'bands'])
  expect(table.scores[0].difference.low).toBeLessThanOrEqual(table.scores[0].difference.high)
  const text = await output(folder, ...args, '--report', 'codes.html')
  expect(text).not.toMatch(/NaN|undefined/)
  expect(contents(folder)['codes.html']).not.toMatch(/NaN|undefined/)
})

test('the page has what the text has', async () => {
  const folder = await project()
  const args = ['eval', 'small.safetensors', '--tasks', 'tasks', '--against', 'in.txt', '--report', 'page.html']
  const made = JSON.parse(await output(folder, ...args, '--json'))
  const page = contents(folder)['page.html']
  expect(page).toMatch(/^<!doctype html>/)
  expect(page).toContain(`${made.tables[0].fidelity.relativeError.toFixed(4)}</td>`)
  expect(page.match(/<svg/g)).toHaveLength(7)
  expect(page).toContain(`<code>${made.tables[0].pipeline}</code>`)
})

test('no tasks: what was lost alone', async () => {
  const folder = await project()
  const made = JSON.parse(await output(folder, 'eval', 'small.safetensors', '--against', 'in.txt', '--json'))
  expect(made.tables[0]).toMatchObject({ scores: [], fidelity: { k: 10 } })
})

test('what cannot be used has a line each, and the other tasks run', async () => {
  const folder = await project()
  put(folder, 'tasks/eval/similarity/empty.txt', '')
  put(folder, 'tasks/eval/similarity/ragged.txt', 'a\tb\t1\na\tb\n')
  put(folder, 'tasks/eval/similarity/strange.txt', 'xx\tyy\t1\nyy\tzz\t2\n')
  put(folder, 'tasks/eval/similarity/latin.txt', Buffer.from('a\tb\t1\nb\tc\t3\nc\te\t2\ncaf\xe9\td\t2\n', 'latin1'))
  const place = 'tasks/eval/similarity'
  const expected = [
    `slimbed: warning: ${place}/latin.txt, line 4: not UTF-8; the file is read as Latin-1`,
    `slimbed: warning: left out: ${place}/empty.txt: the file is empty`,
    `slimbed: warning: left out: ${place}/ragged.txt, line 2: expected word, word, number, came "a\\tb"`,
    'slimbed: warning: left out: strange: fewer than two pairs have both words in the table'
  ]
  const { status, stdout, stderr } = await slimbed(folder, 'eval', 'in.txt', '--tasks', 'tasks', '--json')
  expect(stderr.trimEnd().split('\n')).toEqual(expected)
  expect(status).toBe(0)
  const made = JSON.parse(stdout)
  expect(new Set(made.tables[0].scores.map((score: { task: string }) => score.task))).toEqual(
    new Set(['latin', 'pairs', 'questions', 'classes'])
  )
  expect(made.skipped).toHaveLength(3)
})

describe('wrong usage and input: one line, exit status 2, nothing left', () => {
  const cases: [string, string[], RegExp][] = [
    ['neither tasks nor original', ['eval', 'in.txt'], /^slimbed: give --tasks, a folder of tasks, or --against/],
    ['no such folder', ['eval', 'in.txt', '--tasks', 'nowhere'], /^slimbed: --tasks nowhere: there is no such folder$/],
    ['a file', ['eval', 'in.txt', '--tasks', 'in.txt'], /^slimbed: --tasks in\.txt: there is no such folder$/],
    [
      'no tasks in it',
      ['eval', 'in.txt', '--tasks', 'node_modules'],
      /^slimbed: --tasks node_modules: there are no tasks in it: it has no files$/
    ],
    [
      'a page that cannot be written',
      ['eval', 'in.txt', '--tasks', 'tasks', '--report', 'no/page.html'],
      /^slimbed: --report no\/page\.html: the folder no does not exist/
    ],
    [
      'a page in the place of the table',
      ['eval', 'in.txt', '--tasks', 'tasks', '--report', 'in.txt'],
      /^slimbed: --report in\.txt: this is the file that is read/
    ],
    ['no such table', ['eval', 'none.txt', '--tasks', 'tasks'], /^slimbed: none\.txt: /],
    [
      'another original',
      ['eval', 'small.safetensors', '--against', 'other.txt'],
      /^slimbed: cannot compare: row 0 is "x" in other\.txt, "a" in small\.safetensors/
    ],
    ['rows of another number', ['eval', 'small.safetensors', '--against', 'few.txt'], /^slimbed: cannot compare: /]
  ]
  test.each(cases)('%s', async (_, args, message) => {
    const folder = await project()
    mkdirSync(join(folder, 'node_modules'))
    put(folder, 'other.txt', glove(6, rows, ['x', ...names.slice(1)]))
    put(folder, 'few.txt', glove(6, rows, names.slice(0, 10)))
    const before = contents(folder)
    const { status, stdout, stderr } = await slimbed(folder, ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trimEnd()).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(contents(folder)).toEqual(before)
  })
})

test('what the plots have to say is a warning, and --quiet has none', async () => {
  const folder = scratch()
  // Plot takes such names for numbers.
  for (const name of ['1', '2']) put(folder, name, glove(6, rows, names))
  const args = ['eval', '1', '2', '--against', '1', '--report', 'page.html']
  const { status, stderr } = await slimbed(folder, ...args)
  expect(status).toBe(0)
  for (const line of stderr.split('\n').slice(0, -1)) expect(line).toMatch(/^slimbed: warning: --report: /)
  expect(stderr).not.toBe('')
  expect(await slimbed(folder, ...args, '--quiet')).toMatchObject({ status: 0, stderr: '' })
})
