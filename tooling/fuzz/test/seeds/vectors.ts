import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { toFloat16 } from '@slimbed/core/numbers'
import { falling } from '@slimbed/testing'
import { safetensors } from '../../../../packages/io/test/safetensors/safetensors-file.js'
import { written } from '../../../../packages/io/test/support.js'
import { list } from './content.js'
import type { Seed } from './seed.js'

const dim = 5
const values: Float32Array = falling(list.length, dim, 7)

const text = (separator: string, header = '') =>
  Buffer.from(
    header +
      list
        .map((word, row) => [word, ...values.subarray(row * dim, (row + 1) * dim)].join(separator))
        .map((line) => `${line}\n`)
        .join('')
  )

/** A `.npy` file of `list.length × dim`. */
function npy(descr: string, data: ArrayBufferView, options: { fortran?: boolean; version?: number } = {}): Uint8Array {
  const { fortran = false, version = 1 } = options
  const dict = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${list.length}, ${dim}), }`
  const length = version === 1 ? 2 : 4
  const padded = `${dict.padEnd(128 - 8 - length - 1)}\n`
  const size = Buffer.alloc(length)
  size.writeUIntLE(padded.length, 0, length)
  return Buffer.concat([
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.of(version, 0),
    size,
    Buffer.from(padded, 'latin1'),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  ])
}

/** A file that the tests of `packages/io` read, made by pyarrow. */
const golden = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../../packages/io/test/${path}`, import.meta.url)))

/** word2vec binary; whether a line end follows every vector. */
const bin = (lineEnd: string) =>
  Buffer.concat([
    Buffer.from(`${list.length} ${dim}\n`),
    ...list.flatMap((word, row) => [
      Buffer.from(`${word} `),
      Buffer.from(values.slice(row * dim, (row + 1) * dim).buffer),
      Buffer.from(lineEnd)
    ])
  ])

/** Vectors in every format that is read. */
export async function vectorSeeds(): Promise<Seed[]> {
  const halves = toFloat16(values)
  const matrix = { dtype: 'F32', shape: [list.length, dim], data: values }
  const half = { dtype: 'F16', shape: [list.length, dim], data: halves }
  const files: Record<string, Uint8Array> = {
    'glove.txt': text(' '),
    'tabs.txt': text('\t'),
    'commas.csv': Buffer.from('word,a,b\ncat,1,2\ndog,3,4.5\n'),
    'projector.tsv': Buffer.from('1\t2\t3\n4\t5\t6\n7\t8\t9\n'),
    'word2vec.vec': text(' ', `${list.length} ${dim}\n`),
    'word2vec.bin': bin('\n'),
    'google.bin': bin(''),
    'float32.npy': npy('<f4', values),
    'float64.npy': npy('<f8', Float64Array.from(values)),
    'float16.npy': npy('<f2', halves),
    'fortran.npy': npy('<f4', values, { fortran: true }),
    'version2.npy': npy('<f4', values, { version: 2 }),
    'one.safetensors': safetensors({ 'embedding.weight': matrix }, { format: 'pt' }),
    'half.safetensors': safetensors({ table: half, bias: { dtype: 'I64', shape: [1], data: new BigInt64Array(1) } }),
    'written.safetensors': await written('safetensors', dim, values, list),
    'fixed.arrow': golden('arrow/golden/fixed.arrow'),
    'lists.arrow': golden('arrow/golden/double.arrow'),
    'stream.arrows': golden('arrow/golden/stream.arrows'),
    'packed.feather': golden('arrow/golden/packed.feather'),
    'one.parquet': golden('parquet/one.parquet'),
    'packed.vec.gz': gzipSync(text(' ', `${list.length} ${dim}\n`)),
    'packed.npy.gz': gzipSync(npy('<f4', values)),
    'members.txt.gz': Buffer.concat([gzipSync(text(' ').subarray(0, 300)), gzipSync(text(' ').subarray(300))])
  }
  return Object.entries(files).map(([name, bytes]) => ({ kind: 'vectors', name, files: { [name]: bytes } }))
}
