import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomAt } from '@slimbed/core'

/** `rows × dim` numbers in [-1, 1), the same every time. */
export function numbers(rows: number, dim: number, seed = 1): Float32Array {
  const random = randomAt(seed)
  return Float32Array.from({ length: rows * dim }, () => 2 * random() - 1)
}

/** The words of made-up tables: `w0`, `w1` … */
export const words = (rows: number): string[] => Array.from({ length: rows }, (_, row) => `w${row}`)

/** The bytes of a `.npy` file of float32 rows. */
export function npy(rows: number, dim: number, data: Float32Array): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`
  const header = Buffer.from(`${text.padEnd(117)}\n`)
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0])
  return Buffer.concat([start, header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)])
}

/** The bytes of a word2vec `.bin` file. */
export function bin(dim: number, data: Float32Array, names: readonly string[]): Buffer {
  const lines = names.map((name, row) => {
    const row32 = data.slice(row * dim, (row + 1) * dim)
    return Buffer.concat([Buffer.from(`${name} `), Buffer.from(row32.buffer), Buffer.from('\n')])
  })
  return Buffer.concat([Buffer.from(`${names.length} ${dim}\n`), ...lines])
}

/** The lines of a GloVe text file. */
export const glove = (dim: number, data: Float32Array, names: readonly string[]): string =>
  names.map((name, row) => `${name} ${[...data.slice(row * dim, (row + 1) * dim)].join(' ')}\n`).join('')

/** Puts a file in a folder. */
export const put = (folder: string, name: string, content: string | Buffer): void =>
  writeFileSync(join(folder, name), content)
