import { bytesSource } from '@slimbed/runtime'
import { describe, expect, test } from 'vitest'
import { formatOf } from '../../src/formats/index.js'
import { isArtefact } from '../../src/index.js'
import { read, refusal, utf8, written } from '../support.js'

const values = Float32Array.of(0.5, -1.25, 3, 4)

describe('the format is told from the content', () => {
  test.each(['txt', 'vec', 'bin', 'npy', 'safetensors'] as const)('%s, whatever the name', async (format) => {
    const bytes = await written(format, 2, values, ['a', 'b'])
    expect(formatOf({ name: 'x.npy', head: bytes }).name).toBe(format)
  })

  test.each([
    ['a zip', [0x50, 0x4b, 3, 4], /zip archive/],
    ['a fastText model', [0xba, 0x16, 0x4f, 0x2f, 12, 0, 0, 0], /fastText model/],
    ['a pickle', [0x80, 4, 0x95], /pickle/],
    ['UTF-16', [0xff, 0xfe, 0x61, 0], /UTF-16/],
    ['GGUF', [0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0], /GGUF/],
    ['HDF5', [0x89, 0x48, 0x44, 0x46], /HDF5/],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd], /zstd/]
  ])('%s is refused by name', async (_, bytes, message) => {
    const said = await refusal(read(Uint8Array.from(bytes)))
    expect(said).toMatch(/^unsupported: in: this is /)
    expect(said).toMatch(message)
  })

  test.each([
    ['a line of numbers', [0x30, 0x0a, 0x98, 0xb4, 0, 0, 0, 0]],
    ['words', [0x57, 0x33, 0x42, 0x3b, 0x61, 0x62, 0x63, 0x64]]
  ])('binary whose numbers look like %s is binary', async (_, bytes) => {
    const numbers = new Float32Array(Uint8Array.from(bytes).buffer)
    const back = await read(await written('bin', 1, numbers, ['', 'nan']))
    expect(back.format).toBe('bin')
    expect(await back.matrix.read(0, 2)).toEqual(numbers)
  })

  test('one row of binary that is a line of text but for its control characters is binary', async () => {
    const numbers = new Float32Array(Uint8Array.of(0, 0, 0x20, 0x36).buffer)
    expect((await read(await written('bin', 1, numbers, ['']))).format).toBe('bin')
  })

  test('text whose first line looks like a header is text without one', async () => {
    for (const text of ['1 0\n 0\n', '1 5\n 0\n', '1 3766605\n\v 0\n']) {
      const back = await read(utf8(text))
      expect(back).toMatchObject({ format: 'txt', matrix: { rows: 2, dim: 1 } })
    }
  })

  test('binary of few columns is told from text', async () => {
    for (const dim of [1, 2, 3]) {
      const bytes = await written(
        'bin',
        dim,
        Float32Array.from({ length: dim * 3 }, (_, i) => i / 7),
        ['a', 'b', 'c']
      )
      expect(formatOf({ name: 'x', head: bytes }).name).toBe('bin')
    }
  })

  test('words like the first bytes of other formats are words', async () => {
    expect((await read('BZh 1 2\nGGUF 3 4\n')).format).toBe('txt')
    expect((await read('GGUF 1 2\nPK 3 4\n')).format).toBe('txt')
  })

  test('an artefact is told from other safetensors', async () => {
    const artefact = await written('safetensors', 2, values)
    expect(await isArtefact(bytesSource('a', artefact))).toBe(true)
    const header = utf8('{"x":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}} ')
    const plain = new Uint8Array(8 + header.length + 4)
    plain[0] = header.length
    plain.set(header, 8)
    expect(await isArtefact(bytesSource('a', plain))).toBe(false)
    expect(await isArtefact(bytesSource('a', utf8('the 1 2\n')))).toBe(false)
    expect(await isArtefact(bytesSource('a', new Uint8Array(0)))).toBe(false)
  })
})
