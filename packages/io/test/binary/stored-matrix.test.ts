import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkFinite } from '../../src/binary/finite.js'
import { openVectors } from '../../src/node/index.js'
import { refusal, written } from '../support.js'

const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i))

test('one number that is not finite is found wherever it is', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (let length = 1; length < 12; length++) {
      for (let at = 0; at < length; at++) {
        const some = Float32Array.from({ length }, (_, i) => (i % 2 === 0 ? -3.4e38 : 1e-45))
        checkFinite(some, length, 0, 'in')
        some[at] = bad
        const message = `in, row 7, column ${at} (both from 0): expected a finite float32 number, came ${bad}`
        expect(() => checkFinite(some, length, 7, 'in')).toThrow(message)
      }
    }
  }
})

const folder = mkdtempSync(join(tmpdir(), 'slimbed-stored-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a matrix whose file changes while it is read', () => {
  const words = Array.from({ length: 200 }, (_, row) => `w${row}`)
  test.each(['npy', 'bin', 'safetensors'] as const)('.%s', async (format) => {
    const path = join(folder, `m.${format}`)
    const bytes = await written(format, 5, values, words)
    writeFileSync(path, bytes)
    const vectors = await openVectors(path)
    expect(await vectors.matrix.read(0, 10)).toEqual(values.subarray(0, 50))
    truncateSync(path, bytes.length >> 1)
    expect(await refusal(vectors.matrix.read(150, 50))).toMatch(
      new RegExp(
        `^corrupt-file: ${path}, byte \\d+: expected ${bytes.length} bytes in all; the file shrank while being read$`
      )
    )
    await vectors.close()
    if (format === 'npy') {
      writeFileSync(path, bytes)
      const longer = await openVectors(path)
      appendFileSync(path, 'more')
      expect(await refusal(longer.matrix.read(150, 50))).toBe(
        `corrupt-file: ${path}, byte ${bytes.length}: expected its end; the file grew to ${bytes.length + 4} while being read`
      )
      await longer.close()
    }
  })
})
