import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { matrixFrom } from '@slimbed/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeVectors } from '../../src/index.js'
import { openVectors } from '../../src/node/index.js'
import { safetensors } from '../safetensors/safetensors-file.js'
import { collect, refusal } from '../support.js'

const dim = 3
/** Rows of the parts, in the order that their names mean. */
const sizes = [4, 1, 7, 2]
const total = sizes.reduce((a, b) => a + b)
const data = Float32Array.from({ length: total * dim }, (_, i) => i)
const rowsFrom = (start: number, end: number) => Array.from(data.subarray(start * dim, end * dim))

async function npyOf(rows: number, columns: number, values: Float32Array): Promise<Uint8Array> {
  const sink = collect()
  await encodeVectors({ matrix: matrixFrom(rows, columns, values) }, 'npy', sink)
  return sink.bytes()
}

const folder = mkdtempSync(join(tmpdir(), 'slimbed-parts-'))
afterAll(() => rmSync(folder, { recursive: true }))
beforeAll(async () => {
  for (const name of ['npy', 'tensors', 'mixed']) mkdirSync(join(folder, name))
  for (let i = 0, at = 0; i < sizes.length; at += sizes[i], i++) {
    const part = data.slice(at * dim, (at + sizes[i]) * dim)
    const npy = await npyOf(sizes[i], dim, part)
    // Names that sort otherwise as text.
    writeFileSync(join(folder, 'npy', `part-${i * 5 + 1}.npy`), npy)
    const table = { dtype: 'F32', shape: [sizes[i], dim], data: part }
    writeFileSync(join(folder, 'tensors', `t${i}.safetensors`), safetensors({ table, other: table }))
    if (i < 2) writeFileSync(join(folder, 'mixed', `m${i}.${i === 0 ? 'npy' : 'txt'}`), i === 0 ? npy : 'a 1 2 3')
  }
  writeFileSync(join(folder, 'words.txt'), Array.from({ length: total }, (_, i) => `w${i}\n`).join(''))
})

test('the files of a folder, or of a pattern, are one table in the order of their numbers', async () => {
  for (const path of [join(folder, 'npy'), join(folder, 'npy', '*.npy'), join(folder, 'npy', 'part-*')]) {
    const { matrix, format, warnings, close } = await openVectors(path)
    expect({ rows: matrix.rows, dim: matrix.dim, format, warnings }).toEqual({
      rows: total,
      dim,
      format: 'npy',
      warnings: []
    })
    await fc.assert(
      fc.asyncProperty(fc.nat(total), fc.nat(total), fc.boolean(), async (a, b, lend) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)]
        const into = lend ? new Float32Array((end - start) * dim) : undefined
        expect(Array.from(await matrix.read(start, end - start, into))).toEqual(rowsFrom(start, end))
      }),
      { numRuns: 30 }
    )
    await close()
  }
})

test('a tensor of each file, with words for all of them', async () => {
  const words = join(folder, 'words.txt')
  const { matrix, vocabulary, close } = await openVectors(join(folder, 'tensors'), { tensor: 'table', words })
  expect(Array.from(await matrix.read(0, total))).toEqual(Array.from(data))
  expect(vocabulary?.word(total - 1)).toBe(`w${total - 1}`)
  await close()
  expect(await refusal(openVectors(join(folder, 'tensors')))).toMatch(
    /t0\.safetensors: expected one matrix of floats, came 2/
  )
})

test('rows and columns of any input', async () => {
  const range = fc.tuple(fc.nat(total - 1), fc.integer({ min: 1, max: total + 2 }))
  const columns = fc.constantFrom<[number, number] | undefined>(undefined, [0, 1], [1, 3], [2, 9], [0, Infinity])
  const words = join(folder, 'words.txt')
  await fc.assert(
    fc.asyncProperty(
      range,
      columns,
      fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      async ([start, size], cut, limit) => {
        const options = { rows: [start, start + size] as const, columns: cut, limit, words }
        const { matrix, vocabulary, close } = await openVectors(join(folder, 'npy'), options)
        const end = Math.min(total, start + size, start + (limit ?? Infinity))
        const [first, last] = [cut?.[0] ?? 0, Math.min(cut?.[1] ?? dim, dim)]
        const wanted = Array.from({ length: end - start }, (_, i) =>
          rowsFrom(start + i, start + i + 1).slice(first, last)
        ).flat()
        expect([matrix.rows, matrix.dim, vocabulary?.size]).toEqual([end - start, last - first, end - start])
        expect(Array.from(await matrix.read(0, matrix.rows))).toEqual(wanted)
        expect(vocabulary?.word(0)).toBe(`w${start}`)
        await close()
      }
    ),
    { numRuns: 40 }
  )
  const text = join(folder, 'text.txt')
  writeFileSync(text, Array.from({ length: total }, (_, i) => `w${i} ${rowsFrom(i, i + 1).join(' ')}\n`).join(''))
  const { matrix, vocabulary, close } = await openVectors(text, { rows: [3, 5] })
  expect(Array.from(await matrix.read(0, 2))).toEqual(rowsFrom(3, 5))
  expect([vocabulary?.word(0), vocabulary?.word(1)]).toEqual(['w3', 'w4'])
  await close()
})

test('what cannot be is said in a line', async () => {
  const npy = join(folder, 'npy')
  expect(await refusal(openVectors(npy, { rows: [total, total + 1] }))).toBe(
    `bad-input: ${npy}: rows ${total}:${total + 1}: there are ${total}, counted from 0`
  )
  expect(await refusal(openVectors(npy, { columns: [3, 4] }))).toBe(
    `bad-input: ${npy}: columns 3:4: there are 3, counted from 0`
  )
  expect(await refusal(openVectors(npy, { rows: [2, 2] }))).toMatch(
    /^bad-option: rows: expected a start of 0 or more and an end beyond it/
  )
  expect(await refusal(openVectors(join(npy, '*.txt')))).toMatch(/^not-found: .*\*\.txt: it means no file$/)
  expect(await refusal(openVectors(join(folder, 'mixed', 'm*')))).toMatch(
    /^bad-input: .*expected files of one kind as parts of a table; it means m0\.npy and m1\.txt: .*$/
  )
  const wide = join(folder, 'npy', 'part-99.npy')
  writeFileSync(wide, await npyOf(1, 2, Float32Array.of(1, 2)))
  expect(await refusal(openVectors(npy))).toMatch(
    /^bad-input: .*part-99\.npy: 2 columns, but .*part-1\.npy has 3: parts of one table have as many$/
  )
  rmSync(wide)
})

test('hidden files are no parts; names that mean the same number have one order; files of two kinds are refused', async () => {
  const place = join(folder, 'odd')
  mkdirSync(place)
  const one = (value: number) => npyOf(1, 1, Float32Array.of(value))
  const files = { 'part-2.npy': 3, 'part-02.npy': 2, 'part-002.npy': 1, 'part-10.npy': 4 }
  for (const [name, value] of Object.entries(files)) writeFileSync(join(place, name), await one(value))
  // As some systems leave them beside files.
  writeFileSync(join(place, '._part-2.npy'), Uint8Array.of(0, 5, 22, 7))
  writeFileSync(join(place, '.part-3.npy'), await one(9))
  for (const path of [place, join(place, '*.npy'), join(place, '*')]) {
    const { matrix, close } = await openVectors(path)
    expect(Array.from(await matrix.read(0, matrix.rows))).toEqual([1, 2, 3, 4])
    await close()
  }
  const table = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(1) }
  writeFileSync(join(place, 'x.safetensors'), safetensors({ table }))
  expect(await refusal(openVectors(place))).toMatch(
    /^bad-input: .*it means part-002\.npy and x\.safetensors: give a pattern of names, such as '\*\.npy'$/
  )
})
