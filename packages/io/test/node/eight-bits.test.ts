import { mkdtempSync, readSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eightBitsOf, type Piece } from '@slimbed/core/blocks'
import { rowsBetween } from '@slimbed/core/shards'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openVectors } from '../../src/node/index.js'
import { safetensors } from '../safetensors/safetensors-file.js'

const dim = 3
const sizes = [4, 1, 7, 1, 2, 1, 3]
const total = sizes.reduce((a, b) => a + b)
const codes = Uint8Array.from({ length: total * dim }, (_, i) => 5 * i)
const folder = mkdtempSync(join(tmpdir(), 'slimbed-eight-bits-'))
afterAll(() => rmSync(folder, { recursive: true }))
beforeAll(() => {
  for (let i = 0, at = 0; i < sizes.length; at += sizes[i], i++) {
    const data = codes.slice(at * dim, (at + sizes[i]) * dim)
    const name = `t${i}.safetensors`
    writeFileSync(join(folder, name), safetensors({ table: { dtype: 'F8_E4M3', shape: [sizes[i], dim], data } }))
  }
})

/** Reads bytes as a thread does, which is given the descriptor. */
function bytesOf(piece: Piece): Uint8Array {
  if (piece instanceof Uint8Array) return piece
  const bytes = new Uint8Array(piece.length)
  readSync(piece.fd, bytes, 0, piece.length, piece.at)
  return bytes
}

test('rows of files of floats of 8 bits can be had as they are stored, also some of them', async () => {
  const { matrix, close } = await openVectors(folder)
  const check = fc.asyncProperty(
    fc.nat(total),
    fc.nat(total),
    fc.nat(total),
    fc.boolean(),
    async (a, b, skipped, lend) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)]
      const first = Math.min(start, skipped)
      const rows = eightBitsOf(rowsBetween(matrix, first, total - first).unchecked!)
      const into = lend ? new Uint8Array((end - start) * dim) : undefined
      const found = await rows?.read(start - first, end - start, into)
      expect(found).toEqual(codes.subarray(start * dim, end * dim))
      // As threads read them, while the files are open.
      const pieces = await rows?.inFiles?.(start - first, end - start, async (pieces) => pieces.map(bytesOf))
      expect(Buffer.concat(pieces ?? [])).toEqual(Buffer.from(found ?? []))
    }
  )
  await fc.assert(check, { numRuns: 50 })
  await close()
})

test('rows that are a part of a file, and columns', async () => {
  const file = join(folder, 't2.safetensors')
  const some = await openVectors(file, { rows: [2, 6] })
  expect(await eightBitsOf(some.matrix.unchecked!)?.read(1, 2)).toEqual(codes.subarray((5 + 3) * dim, (5 + 5) * dim))
  await some.close()
  const narrow = await openVectors(file, { columns: [1, 3] })
  expect(eightBitsOf(narrow.matrix.unchecked ?? narrow.matrix)).toBeUndefined()
  await narrow.close()
})

test('a file that grows while a thread reads its end is refused', async () => {
  const file = join(folder, 'growing.safetensors')
  const table = { dtype: 'F8_E4M3', shape: [2, dim], data: codes.slice(0, 2 * dim) }
  writeFileSync(file, safetensors({ table }))
  const { matrix, bytes, close } = await openVectors(file)
  const rows = eightBitsOf(matrix.unchecked!)
  const grow = async () => truncateSync(file, bytes + 1)
  await rows?.inFiles?.(0, 1, grow)
  await expect(rows?.inFiles?.(0, 2, grow)).rejects.toThrow(`the file grew to ${bytes + 1} while being read`)
  await close()
  rmSync(file)
})
