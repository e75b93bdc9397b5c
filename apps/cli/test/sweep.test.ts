import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { installation, installedProgram } from './support/installation.js'
import { start } from './support/run.js'
import { bin, npy, numbers, put, words } from './support/vectors.js'

const [rows, dim] = [400, 12]
const vectors = bin(dim, numbers(rows, dim), words(rows))
const few = (folder: string, ...args: readonly string[]) => installation(['fixedpoint', 'lowrank'])(folder, ...args)

interface Found {
  readonly points: readonly {
    pipeline: string
    family: string
    bytes: number
    relativeError: number
    seconds: number
  }[]
  readonly sizes: readonly { ratio: number }[]
}
const read = (folder: string, name: string): Found => JSON.parse(readFileSync(join(folder, name), 'utf8'))

test('every family at every size: as a page, as JSON, and as text; what is kept is not run again', async () => {
  const folder = scratch()
  put(folder, 'in.bin', vectors)
  const args = ['sweep', 'in.bin', '--report', 'front.html', '--ratios', '2,3']
  const first = await few(folder, ...args)
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first.stdout).toMatch(/pipeline +file +smaller +relative error +mean cosine +kept +time\n/)
  expect(first.stdout).toMatch(
    /\n {2}\d+ pipelines were run; these are not beaten by a smaller file; all are in front\.html\n$/
  )
  expect(Object.keys(contents(folder)).sort()).toEqual(['front.html', 'front.json', 'in.bin'])
  const { points, sizes } = read(folder, 'front.json')
  expect(sizes.map(({ ratio }) => ratio)).toEqual([2, 3])
  expect(new Set(points.map(({ family }) => family))).toEqual(new Set(['fixedpoint', 'lowrank']))
  const page = readFileSync(join(folder, 'front.html'), 'utf8')
  for (const { pipeline } of points) expect(page).toContain(`<code>${pipeline}</code>`)
  expect(page).not.toMatch(/<link|<img|@import|url\(|\ssrc=|\shref=/)

  // Of the kept ones nothing is run again: their times are those of the first run.
  const again = await few(folder, ...args.slice(0, -1), '2,3,4', '--json')
  expect(again.status).toBe(0)
  const more: Found = JSON.parse(again.stdout)
  expect(more.points.length).toBeGreaterThan(points.length)
  for (const point of points) expect(more.points).toContainEqual(point)
  expect(read(folder, 'front.json')).toEqual(more)

  // A point that is gone comes again, the same.
  const without = { ...more, points: more.points.slice(1) }
  put(folder, 'front.json', JSON.stringify(without))
  const resumed = await few(folder, ...args.slice(0, -1), '2,3,4')
  expect(resumed.stdout).toContain(`${more.points.length - 1} of them earlier`)
  const untimed = ({ points }: Found) => points.map(({ seconds: _, ...point }) => point)
  expect(untimed(read(folder, 'front.json'))).toEqual(untimed(more))
})

test('tasks are run on each table', async () => {
  const folder = scratch()
  put(folder, 'in.bin', vectors)
  const pairs = Array.from({ length: 30 }, (_, i) => `w${i}\tw${(7 * i + 3) % rows}\t${(i * 7) % 10}`)
  put(folder, 'pairs.txt', `${pairs.join('\n')}\n`)
  const { status, stdout } = await few(
    folder,
    'sweep',
    'in.bin',
    '--ratios',
    '4',
    '--tasks',
    '.',
    '--json',
    '-o',
    'kept.json'
  )
  expect(status).toBe(0)
  const found = JSON.parse(stdout)
  expect(found.original).toHaveLength(2)
  for (const { scores } of found.points) expect(scores).toHaveLength(2)
  const { status: other, stderr } = await few(folder, 'sweep', 'in.bin', '--ratios', '4', '-o', 'kept.json')
  expect(other).toBe(2)
  expect(stderr).toMatch(/^slimbed: kept\.json: the results that are kept there are of other tasks: [^\n]+\n$/)
})

test.each([
  [['--ratios', '4,x'], /Expected numbers above 0/],
  [['--report', 'in.bin'], /this is the file that is read/],
  [['--report', 'a.json', '-o', 'a.json'], /the page and the results need two names/],
  [['-o', 'none/a.json'], /the folder none does not exist/],
  [['-o', 'words.txt'], /words\.txt: expected results that slimbed sweep has kept/],
  [['--measure', 'weighted'], /needs weights/],
  [['--tasks', 'tasks'], /tasks/],
  [['--ratios', '9000'], /no pipeline of the installed compressors makes a file 9000 × smaller/]
])('%j: one line, status 2, nothing written', async (flags, says) => {
  const folder = scratch()
  put(folder, 'in.bin', npy(60, 8, numbers(60, 8)))
  put(folder, 'words.txt', 'a\n')
  const before = contents(folder)
  const { status, stdout, stderr } = await few(folder, 'sweep', 'in.bin', ...flags)
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(contents(folder)).toEqual(before)
})

test('Ctrl-C: one line, status 130, what was found is whole, and the same command goes on', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(24, numbers(2000, 24), words(2000)))
  const args = ['sweep', 'in.bin', '--report', 'front.html', '--ratios', '2,3,4,6,8']
  const program = installedProgram(['fixedpoint', 'lowrank'])
  const { child, ended } = start(folder, process.execPath, [program, ...args])
  const found = () => (existsSync(join(folder, 'front.json')) ? read(folder, 'front.json').points.length : 0)
  while (found() === 0 && child.exitCode === null) await sleep(5)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ status: 130, stdout: '', stderr: 'slimbed: interrupted\n' })
  expect(Object.keys(contents(folder)).sort()).toEqual(['front.json', 'in.bin'])
  const { points } = read(folder, 'front.json')
  const { status, stdout } = await start(folder, process.execPath, [program, ...args]).ended
  expect(status).toBe(0)
  expect(stdout).toContain(`${points.length} of them earlier`)
  for (const point of points) expect(read(folder, 'front.json').points).toContainEqual(point)
})
