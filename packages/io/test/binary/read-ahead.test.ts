import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Matrix } from '@slimbed/core'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { checkFinite } from '../../src/binary/finite.js'
import { readAhead } from '../../src/binary/read-ahead.js'
import { openVectors } from '../../src/node/index.js'
import { matrixOver, refusal, written } from '../support.js'

const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i))

/** A matrix of 200 × 5 that keeps count of what is asked of it. */
function counted(): { matrix: Matrix; reads: string[] } {
  const over = matrixOver(values, 5)
  const reads: string[] = []
  const read = (start: number, count: number) => {
    reads.push(`${start}+${count}`)
    return over.read(start, count)
  }
  return { matrix: { rows: 200, dim: 5, read }, reads }
}

describe('reading ahead', () => {
  test('gives the same rows whatever is asked for', async () => {
    const call = fc.oneof(fc.constant('next'), fc.constant('end'), fc.tuple(fc.nat(199), fc.nat(60)))
    const property = fc.asyncProperty(fc.array(call), fc.integer({ min: 1, max: 50 }), async (calls, step) => {
      const matrix = readAhead(counted().matrix)
      const pending: Promise<unknown>[] = []
      let at = 0
      for (const what of calls) {
        const [start, most] = typeof what === 'string' ? [at, what === 'end' ? 200 : step] : what
        const count = Math.min(most, 200 - start)
        at = start + count
        const block = matrix.read(start, count)
        pending.push(block.then((rows) => expect(rows).toEqual(values.subarray(start * 5, (start + count) * 5))))
        // Some reads overlap.
        if (what === 'next') await pending.at(-1)
      }
      await Promise.all(pending)
    })
    await fc.assert(property)
  })

  test('reads each block once, one ahead of a reader in order, and no more', async () => {
    const { matrix, reads } = counted()
    const ahead = readAhead(matrix)
    await ahead.read(0, 60)
    expect(reads).toEqual(['0+60'])
    await ahead.read(60, 60)
    expect(reads).toEqual(['0+60', '60+60', '120+60'])
    await ahead.read(120, 60)
    await ahead.read(180, 20)
    expect(reads).toEqual(['0+60', '60+60', '120+60', '180+20'])
    await ahead.read(7, 1)
    await ahead.read(100, 1)
    expect(reads.slice(4)).toEqual(['7+1', '100+1'])
  })

  test('a failure ahead is that of the block, met when it is asked for', async () => {
    const over = matrixOver(values, 5)
    const read = async (start: number, count: number) => {
      if (start + count > 100) throw new Error(`no row ${start}`)
      return over.read(start, count)
    }
    const matrix = readAhead({ rows: 200, dim: 5, read })
    await matrix.read(0, 50)
    await matrix.read(50, 50)
    await expect(matrix.read(100, 50)).rejects.toThrow('no row 100')
    expect(await matrix.read(1, 1)).toHaveLength(5)
    await expect(matrix.read(190, 20)).rejects.toThrow('rows 190 to 210 of a matrix of 200 rows')
  })
})

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

const folder = mkdtempSync(join(tmpdir(), 'slimbed-ahead-'))
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
