import { readFileSync } from 'node:fs'
import { bytesSource, isSlimbedError, type Source } from '@slimbed/runtime'
import { refusal } from '@slimbed/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifierOf, isFastText, openFastText, wordVectors } from '../src/index.js'

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url))
const names = ['hs.bin', 'pruned.ftz', 'output.ftz', 'skipgram.bin', 'ova.bin']

/** Reads everything of a model; `refused` where it is refused in one line. */
async function readAll(bytes: Uint8Array): Promise<'read' | 'refused'> {
  try {
    const model = await openFastText(bytesSource('model', bytes))
    const { matrix, vector } = await wordVectors(model)
    await matrix.read(0, matrix.rows)
    vector('water')
    if (model.args.model === 'supervised') (await classifierOf(model)).predict('some words', { k: 3 })
    return 'read'
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    expect(error.message).toMatch(/^model[:,] [^\n]+$/)
    return 'refused'
  }
}

const changed = (name: string, at: number, ...put: readonly number[]) => {
  const bytes = Uint8Array.from(golden(name))
  bytes.set(put, at)
  return refusal(() => openFastText(bytesSource('model', bytes)))
}

describe('damaged files', () => {
  test.each(names)('%s cut short is refused, wherever that is', async (name) => {
    const bytes = golden(name)
    const step = Math.ceil(bytes.length / 500)
    for (let size = 0; size < bytes.length; size += size < 200 ? 1 : step) {
      expect([size, await readAll(bytes.subarray(0, size))]).toEqual([size, 'refused'])
    }
    expect(await readAll(bytes)).toBe('read')
  })

  test('bytes that are changed, removed or added are refused, or read as what they say', async () => {
    const damage = fc.record({
      name: fc.constantFrom(...names),
      at: fc.nat(2000),
      put: fc.uint8Array({ maxLength: 9 }),
      remove: fc.nat(9)
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ name, at, put, remove }) => {
        const bytes = golden(name)
        await readAll(Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + remove)]))
      }),
      { numRuns: 300 }
    )
  })

  test('lengths that a file cannot have are refused before memory is taken', async () => {
    const huge = [0xff, 0xff, 0xff, 0x7f]
    expect(await changed('hs.bin', 64, ...huge)).toMatch(/^corrupt-file: model, byte 92: 2147483647 entries/)
    expect(await changed('hs.bin', 64, ...huge, ...huge)).toMatch(/^corrupt-file: model, byte 92: 2147483647 entries/)
    expect(await changed('hs.bin', 64, ...huge, ...huge, 0, 0, 0, 0)).toMatch(/words or labels in \d+ bytes$/)
    expect(await changed('hs.bin', 8, ...huge)).toMatch(/vectors of 2147483647 columns$/)
    expect(await changed('hs.bin', 84, 255, 255, 255, 255, 1, 0, 0, 0)).toMatch(/8589934591 buckets in \d+ bytes$/)
    expect(await changed('hs.bin', 48, ...huge)).toMatch(
      /^unsupported: model: n-grams of 2147483647; at most 64 are read$/
    )
  })

  test('other files and versions are told apart', async () => {
    expect(await changed('hs.bin', 4, 13)).toBe(
      'unsupported: model: a fastText model of version 13; 11 and 12 are read'
    )
    expect(await changed('hs.bin', 0, 0)).toMatch(/^corrupt-file: model, byte 8: expected a fastText model/)
    expect(isFastText(golden('hs.bin'))).toBe(true)
    expect(isFastText(Uint8Array.of(0xba, 0x16, 0x4f))).toBe(false)
    expect(isFastText(Buffer.from('10 3\nword 1 2 3'))).toBe(false)
  })

  test('values that are not finite are refused where they are read', async () => {
    const bytes = Uint8Array.from(golden('skipgram.bin'))
    const { input, output, args } = await openFastText(bytesSource('model', bytes))
    const end = bytes.length - 17 - 4 * args.dim * output.rows
    bytes.set([0, 0, 0xc0, 0x7f], end - 4 * args.dim * (input.rows - 3))
    const model = await openFastText(bytesSource('model', bytes))
    expect(await refusal(() => wordVectors(model))).toBe('bad-input: model: row 3 of a matrix holds NaN or Infinity')
  })
})

test('a model is read from a file in small pieces as from memory, and the file is closed where it is refused', async () => {
  const bytes = golden('ova.bin')
  let closed = 0
  const source: Source = {
    name: 'model',
    size: bytes.length,
    read: async (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
    close: async () => {
      closed++
    }
  }
  const model = await openFastText(source)
  const [{ matrix }, other] = [await wordVectors(model), await openFastText(bytesSource('model', bytes))]
  expect(await matrix.read(3, 4)).toEqual(await (await wordVectors(other)).matrix.read(3, 4))
  await model.close()
  expect(closed).toBe(1)
  await expect(openFastText({ ...source, size: 5000 })).rejects.toThrow('byte')
  expect(closed).toBe(2)
})
