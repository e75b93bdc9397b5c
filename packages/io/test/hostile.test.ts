import fc from 'fast-check'
import { describe, test } from 'vitest'
import { vectorFormats } from '../src/index.js'
import { readOrRefuse, written } from './support.js'

const words = ['the', 'of', '中文', 'ab', 'b😀']
const dim = 3
const values = Float32Array.from({ length: words.length * dim }, (_, i) => Math.cos(i * 7) / 3)

describe('damaged files are read or refused, never a crash', () => {
  test.each(vectorFormats)('%s cut at every byte', async (format) => {
    const bytes = await written(format, dim, values, words)
    for (let length = 0; length < bytes.length; length++) await readOrRefuse(bytes.subarray(0, length))
  })

  test.each(vectorFormats)('%s with bytes changed', async (format) => {
    const bytes = await written(format, dim, values, words)
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const damaged = Uint8Array.from(bytes)
        for (const [at, byte] of changes) damaged[at] = byte
        await readOrRefuse(damaged)
      }),
      { numRuns: 1000 }
    )
  })

  test.each(vectorFormats)('%s with bytes taken out or put in', async (format) => {
    const bytes = await written(format, dim, values, words)
    const insertion = fc.tuple(fc.nat(bytes.length), fc.nat(9), fc.uint8Array({ maxLength: 9 }))
    await fc.assert(
      fc.asyncProperty(insertion, async ([at, less, more]) => {
        await readOrRefuse(Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at + less)]))
      }),
      { numRuns: 500 }
    )
  })

  test('anything at all', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '1', ' ', '\n', '.', '-', '\r', '\t', 'é'), maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => void (await readOrRefuse(bytes)))
    )
    await fc.assert(
      fc.asyncProperty(text, async (some) => void (await readOrRefuse(Buffer.from(some)))),
      { numRuns: 2000 }
    )
  })
})
