import { gzipSync } from 'node:zlib'
import { bytesSource } from '@slimbed/runtime'
import { describe, expect, test } from 'vitest'
import { formatOf } from '../../src/formats/index.js'
import { isArtefact } from '../../src/index.js'
import { read, refusal, utf8, written } from '../support.js'

const pointer = utf8('version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 3\n')

/** A tar archive of one empty file, with or without the mark of POSIX. */
function tar(magic: string): Uint8Array {
  const header = new Uint8Array(512)
  header.set(utf8('glove.txt'))
  header.set(utf8('0000644\0'), 100)
  header.set(utf8('        '), 148)
  header.set(utf8(magic), 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.set(utf8(`${sum.toString(8).padStart(6, '0')}\0 `), 148)
  return Buffer.concat([header, new Uint8Array(1024)])
}

const values = Float32Array.of(0.5, -1.25, 3, 4)
/** 2²⁰ in eight bytes. */
const two20 = [0, 0, 16, 0, 0, 0, 0, 0]

describe('the format is told from the content', () => {
  test.each(['txt', 'vec', 'bin', 'npy', 'safetensors'] as const)('%s, whatever the name', async (format) => {
    const bytes = await written(format, 2, values, ['a', 'b'])
    expect(formatOf({ name: 'x.npy', head: bytes }).name).toBe(format)
  })

  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))
  test.each([
    ['an empty zip', bytes('PK', [5, 6]), /zip archive/],
    ['gzip within gzip', gzipSync(gzipSync('a 1\n')), /gzip twice/],
    ['a Git LFS pointer in gzip', gzipSync(pointer), /Git LFS pointer/],
    ['a tar archive', tar('ustar\0'), /tar archive/],
    ['an old tar archive', tar(''), /tar archive/],
    ['a .tar.gz', gzipSync(tar('ustar\0')), /tar archive/],
    ['the index of shards', utf8('{"metadata": {}, "weight_map": {"a": "b"}}'), /index of a model in shards/],
    ['a zip', bytes('PK', [3, 4]), /zip archive/],
    ['a fastText model', bytes([0xba, 0x16, 0x4f, 0x2f, 12, 0, 0, 0]), /fastText model/],
    ['a pickle', bytes([0x80, 4, 0x95]), /pickle/],
    ['a pickle of PyTorch', bytes([0x80, 2, 0x8a, 10, 0x6c, 0xfc]), /pickle/],
    ['UTF-16', bytes([0xff, 0xfe, 0x61, 0]), /UTF-16/],
    ['UTF-16 without a mark', Buffer.from('water 0.5 0.25\n', 'utf16le'), /UTF-16/],
    ['UTF-16 of the other order', Buffer.from('water 0.5 0.25\n', 'utf16le').swap16(), /UTF-16/],
    ['GGUF 1', bytes('GGUF', [1, 0, 0, 0]), /GGUF model/],
    ['GGUF 3', bytes('GGUF', [3, 0, 0, 0]), /GGUF model/],
    ['GGUF of the other byte order', bytes('GGUF', [0, 0, 0, 3]), /GGUF model/],
    ['GGML', bytes('tjgg', [3, 0, 0, 0]), /GGML model/],
    ['ONNX', bytes([8, 8, 0x12, 7], 'pytorch', [0x1a, 5], '2.1.0'), /ONNX model: .* numpy/],
    ['ONNX without a producer', bytes([8, 10, 0x3a, 0xd3, 2, 10]), /ONNX model/],
    ['HDF5', bytes([0x89], 'HDF\r\n', [0x1a, 10]), /HDF5/],
    ['Parquet', bytes('PAR1', [0x15, 4, 0x12]), /Parquet file, .*pandas/],
    ['Feather 1', bytes('FEA1', [0, 0]), /Feather file of version 1/],
    ['SQLite', bytes('SQLite format 3', [0, 16, 0]), /SQLite database \(Magnitude\?\)/],
    ['finalfusion', bytes('FiFu', [0, 0, 0, 0, 2]), /finalfusion convert/],
    ['TensorFlow.js', bytes('{"format":"graph-model","weightsManifest":[]}'), /TensorFlow\.js/],
    ['JSON', bytes('{\n "the": [0.5, 0.25]\n}'), /JSON/],
    ['a list of lists', bytes('[[0.5, 0.25], [1, 2]]'), /JSON/],
    ['JSON lines', bytes('{"word": "the", "vector": [1]}\n{"word": "of"}\n'), /JSON/],
    ['MATLAB', bytes('MATLAB 5.0 MAT-file, Platform: GLNXA64'), /MATLAB file/],
    ...['IxFI', 'IxHe', 'IPfs', 'IwPf', 'INSf'].map((name): [string, Uint8Array, RegExp] => [
      `FAISS: ${name}`,
      bytes(name, [100, 0, 0, 0], [5, 0, 0, 0, 0, 0, 0, 0], two20, two20, [1, 1, 0, 0, 0]),
      /FAISS index/
    ]),
    ['PDF', bytes('%PDF-1.4\n%', [0xe2, 0xe3], '\n1 0 obj'), /PDF/],
    ['a web page', bytes('<!DOCTYPE html>\n<html lang="en">'), /web page/],
    [
      'a pointer of Git LFS',
      bytes('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n'),
      /git lfs pull/
    ],
    ['R', bytes('RDX3\nX\n', [0, 0, 0, 3]), /R data/],
    ['zstd', bytes([0x28, 0xb5, 0x2f, 0xfd]), /zstd/],
    ['lz4', bytes([4, 0x22, 0x4d, 0x18]), /lz4/],
    ['7z', bytes('7z', [0xbc, 0xaf, 0x27, 0x1c]), /7z/]
  ])('%s is refused by name', async (_, content, message) => {
    const said = await refusal(read(content))
    expect(said).toMatch(/^unsupported: in: this is /)
    expect(said).toMatch(message)
  })

  test('numbers of a machine, without anything that says what they are', async () => {
    const numbers = Float32Array.from({ length: 180 }, (_, i) => Math.sin(i) * (i % 7))
    for (const size of [720, 40])
      expect(await refusal(read(new Uint8Array(numbers.buffer, 0, size)))).toMatch(
        /^bad-input: in: expected vectors; it is binary/
      )
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
    for (const word of [
      'GGUF',
      'PK',
      'PAR1',
      'FiFué',
      'ARROW1',
      'MZé',
      '{"',
      '[[',
      '["',
      '<html',
      '%',
      'IxF2',
      'MATLAB',
      '7z',
      'ggmlé'
    ]) {
      expect((await read(`${word} 1.5 2\n${word}2 3.5 4\n`)).format).toBe('txt')
    }
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
