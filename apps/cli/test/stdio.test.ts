import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { putReviews, quick } from './support/reviews.js'
import { output, slimbed, slimbedWith } from './support/run.js'
import { bin, glove, numbers, put, words } from './support/vectors.js'

const names = [...words(10), '-', '-rrb-', 'new york']
const data = numbers(names.length, 4)

function folderWith(): string {
  const folder = scratch()
  put(folder, 'in.bin', bin(4, data, [...words(10), '-', '-rrb-', 'w12']))
  put(folder, 'in.txt', glove(4, data, names))
  return folder
}

describe('- is stdin', () => {
  test.each(['in.bin', 'in.txt'])('for the vectors of compress: %s', async (name) => {
    const folder = folderWith()
    const args = ['-p', 'lowrank(rank=2)', '--json']
    await output(folder, 'compress', name, '-o', 'direct.safetensors', ...args)
    const input = readFileSync(join(folder, name))
    const { status, stderr } = await slimbedWith(folder, input, 'compress', '-', '-o', 'piped.safetensors', ...args)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(readFileSync(join(folder, 'piped.safetensors'))).toEqual(readFileSync(join(folder, 'direct.safetensors')))
  })

  test('for every other file, but for one of them', async () => {
    const folder = folderWith()
    const bytes = readFileSync(join(folder, 'in.bin'))
    expect(await slimbedWith(folder, bytes, 'nearest', '-', 'w1', '-k', '1')).toMatchObject({ status: 0, stderr: '' })
    expect(await slimbedWith(folder, bytes, 'compare', '-', 'in.bin')).toMatchObject({ status: 0, stderr: '' })
    await output(folder, 'compress', 'in.bin', '-o', 'out.safetensors', '-p', 'lowrank(rank=2)')
    const artefact = readFileSync(join(folder, 'out.safetensors'))
    expect(await slimbedWith(folder, artefact, 'inspect', '-')).toMatchObject({ status: 0, stderr: '' })
    expect(await slimbedWith(folder, artefact, 'decompress', '-', '-o', 'back.vec')).toMatchObject({ status: 0 })
    const twice = await slimbedWith(folder, bytes, 'compare', '-', '-')
    expect(twice).toMatchObject({ status: 2, stderr: 'slimbed: stdin, -, can be one of the files only\n' })
    const bad = await slimbedWith(folder, 'a 1 2\nb 1\n', 'compress', '-', '-o', 'x', '-p', 'lowrank(rank=1)')
    expect(bad.stderr).toMatch(/^slimbed: stdin, line 2: /)
  })
})

describe('-o - is stdout', () => {
  test('for compress: the artefact, byte for byte, and what is told of it on stderr', async () => {
    const folder = folderWith()
    const args = ['compress', 'in.bin', '-p', 'lowrank(rank=2)']
    await output(folder, ...args, '-o', 'out.safetensors')
    const { status, bytes, stderr } = await slimbedWith(folder, '', ...args, '-o', '-')
    expect(status).toBe(0)
    expect(bytes).toEqual(readFileSync(join(folder, 'out.safetensors')))
    expect(stderr).toMatch(/^ {2}in\.bin /)
    const json = await slimbedWith(folder, '', ...args, '-o', '-', '--json')
    expect(JSON.parse(json.stderr)).toMatchObject({ output: { path: '-' } })
  })

  test('for decompress: text, or the format that --format says', async () => {
    const folder = folderWith()
    await output(folder, 'compress', 'in.txt', '-o', 'out.safetensors', '-p', 'lowrank(rank=4)')
    const { status, stdout } = await slimbedWith(folder, '', 'decompress', 'out.safetensors', '-o', '-')
    expect(status).toBe(0)
    expect(stdout.split('\n').map((line) => line.split(' ').slice(0, -4).join(' '))).toEqual([...names, ''])
    const npy = await slimbedWith(folder, '', 'decompress', 'out.safetensors', '-o', '-', '--format', 'npy')
    expect(npy.bytes.subarray(1, 6).toString()).toBe('NUMPY')
    await output(folder, 'decompress', 'out.safetensors', '-o', 'back.dat', '--format', 'npy')
    expect(readFileSync(join(folder, 'back.dat'))).toEqual(npy.bytes)
  })

  test('for train, which then keeps no checkpoint', async () => {
    const folder = scratch()
    putReviews(folder)
    const args = ['train', '--data', 'train.txt', '--dev', 'dev.txt', ...quick]
    const { status, bytes } = await slimbedWith(folder, '', ...args, '-o', '-')
    expect(status).toBe(0)
    writeFileSync(join(folder, 'model.safetensors'), bytes)
    expect(await output(folder, 'predict', 'model.safetensors', 'a fine film')).toMatch(/a fine film\n$/)
    const resumed = await slimbedWith(folder, '', ...args, '-o', '-', '--resume')
    expect(resumed).toMatchObject({ status: 2, stderr: expect.stringMatching(/^slimbed: --resume: [^\n]+\n$/) })
  })
})

describe('lines of stdin', () => {
  const nearest = (folder: string, lines: string, ...args: string[]) =>
    slimbedWith(folder, lines, 'nearest', 'in.txt', '-k', '1', '--json', ...args)

  test.each([[['-']], [[]]])('are the queries of nearest, with %j', async (args) => {
    const folder = folderWith()
    const { status, stdout } = await nearest(folder, 'w1\r\n\nw1 - w2 + w3\nnew york\n-rrb-\n-\n', ...args)
    expect(status).toBe(0)
    const queries = JSON.parse(stdout).queries.map(({ query }: { query: string }) => query)
    expect(queries).toEqual(['w1', 'w1 - w2 + w3', 'new york', '-rrb-', '-'])
    const one = await output(folder, 'nearest', 'in.txt', '-k', '1', '--json', 'w1', '-', 'w2', '+', 'w3')
    expect(JSON.parse(stdout).queries[1]).toEqual(JSON.parse(one).queries[0])
  })

  test('are named when a word is not there', async () => {
    const { status, stdout, stderr } = await nearest(folderWith(), 'w1\nw2 + nothing\n', '-')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^slimbed: stdin, line 2: "nothing" is none of the 13 words/)
  })

  test('are missed when there are none', async () => {
    expect((await nearest(folderWith(), '', '-')).stderr).toMatch(
      /no lines in it; a word that is - goes after --: -- -/
    )
    expect((await nearest(folderWith(), '\xff\n', '-')).status).toBe(2)
  })

  test('are the texts of predict', async () => {
    const folder = scratch()
    putReviews(folder)
    await slimbed(folder, 'train', '--data', 'train.txt', '--dev', 'dev.txt', ...quick, '-o', 'm.safetensors')
    const texts = readFileSync(join(folder, 'test.txt'), 'utf8').trim().split('\n')
    const { stdout } = await slimbedWith(folder, texts.join('\n'), 'predict', 'm.safetensors', '-', '--json')
    const { predictions } = JSON.parse(stdout)
    expect(predictions.map(({ text }: { text: string }) => text)).toEqual(texts)
    expect(JSON.parse(await output(folder, 'predict', 'm.safetensors', texts[0], '--json')).predictions).toEqual([
      predictions[0]
    ])
  })
})

test('words that look like flags go after --, and the error says so', async () => {
  const folder = folderWith()
  for (const word of ['-rrb-', '-', 'w1']) {
    expect(await output(folder, 'nearest', 'in.txt', '-k', '1', '--', word)).toMatch(`${word}\n`)
  }
  expect(await output(folder, 'nearest', 'in.txt', '-k', '1', '--', 'w1', '-', '-')).toMatch(/^w1 - -\n/)
  for (const word of ['-rrb-', '-kids', '--really', '-v']) {
    const { status, stderr } = await slimbed(folder, 'nearest', 'in.txt', word)
    expect(stderr).toMatch(
      new RegExp(`^slimbed: [^\\n]*goes after --, at the end: -- ${word}; see "slimbed nearest --help"\\n$`)
    )
    expect(status).toBe(2)
  }
})
