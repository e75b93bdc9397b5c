import { save } from '@slimbed/core'
import { dense, isSlimbedError, product, quantized, type Table } from '@slimbed/runtime'
import { safetensorsDataStart, vocabularyOf } from '@slimbed/runtime/format'
import { describe, expect, test } from 'vitest'
import { artefactTables, bytesSource, readModel, readVectors } from '../../src/index.js'

const codes = (rows: number, dim: number): Table =>
  quantized({
    dim,
    bits: 8,
    groupSize: dim,
    codes: Uint8Array.from({ length: rows * dim }, (_, i) => (i * 37) % 256),
    scale: { dtype: 'F32', shape: [rows, 1], data: Float32Array.from({ length: rows }, (_, i) => i + 1) },
    zero: 127.5
  })
const words = vocabularyOf(['a', 'b', 'c', 'd', 'e'])
const matrix = dense(
  5,
  4,
  Float32Array.from({ length: 20 }, (_, i) => i)
)
const artefacts: readonly [string, Table][] = [
  ['codes', codes(5, 4)],
  ['a product', product(codes(5, 2), dense(2, 4, new Float32Array(8).fill(0.5)))],
  ['a plain matrix', matrix]
]

/** Reads bytes as everything that could be made of them: undefined where each reader refuses in one line. */
async function outcome(bytes: Uint8Array): Promise<unknown> {
  for (const read of [readVectors, readModel]) {
    try {
      return await read(bytesSource('file', bytes))
    } catch (error) {
      if (!isSlimbedError(error)) throw error
      expect(error.message).toMatch(/^.{10,400}$/)
    }
  }
  return undefined
}

describe.each(artefacts)('an artefact of %s', (_, table) => {
  test('of which one bit of the header is flipped is no vectors', async () => {
    const file = await save({ table, vocabulary: words, provenance: {} })
    expect(await artefactTables(bytesSource('file', file))).toEqual([])
    const end = safetensorsDataStart(file, file.length)
    for (let bit = 0; bit < end * 8; bit++) {
      const damaged = file.slice()
      damaged[bit >> 3] ^= 1 << (bit & 7)
      expect(await outcome(damaged), `bit ${bit}`).toBeUndefined()
    }
  })
})

test('a file whose manifest got lost on the way is told from vectors', async () => {
  for (const [, table] of artefacts.slice(0, 2)) {
    const file = await save({ table, provenance: {} })
    const end = safetensorsDataStart(file, file.length)
    const { __metadata__: lost, ...tensors } = JSON.parse(new TextDecoder().decode(file.subarray(8, end)))
    expect(lost).toHaveProperty('slimbed')
    const header = new TextEncoder().encode(JSON.stringify(tensors))
    const again = new Uint8Array(8 + header.length + file.length - end)
    new DataView(again.buffer).setBigUint64(0, BigInt(header.length), true)
    again.set(header, 8)
    again.set(file.subarray(end), 8 + header.length)
    const error = { code: 'corrupt-file', message: expect.stringContaining('without its manifest') }
    await expect(readVectors(bytesSource('file', again))).rejects.toMatchObject(error)
  }
})
