import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { randomAt } from '@slimbed/core'

/** A seeded table of 8-bit floats (F8_E4M3) in files of safetensors. */
export interface ShardsSpec {
  readonly rows: number
  readonly dim: number
  readonly seed: number
  readonly shards: number
}

/** How many quantiles of a column there are to draw from. */
const quantiles = 4096
/** Rows that are made at a time. */
const blockRows = 16_384

/** The positive numbers of F8_E4M3, in the order of their codes. */
const magnitudes = Float64Array.from({ length: 127 }, (_, code) => {
  const [exponent, part] = [code >> 3, code & 7]
  return exponent === 0 ? part / 512 : (1 + part / 8) * 2 ** (exponent - 7)
})

function codeOf(value: number): number {
  const size = Math.abs(value)
  const above = magnitudes.findIndex((magnitude) => magnitude >= size)
  const code = above > 0 && size - magnitudes[above - 1] < magnitudes[above] - size ? above - 1 : above
  return value < 0 ? code | 128 : code
}

/** Codes of `quantiles` numbers of each column, by columns: logistic, with deviations that fall as those of word vectors do. */
function codesOfColumns(dim: number): Uint8Array {
  return Uint8Array.from({ length: dim * quantiles }, (_, at) => {
    const share = ((at % quantiles) + 0.5) / quantiles
    return codeOf((1 + Math.floor(at / quantiles) / 10) ** (-1 / 3) * Math.log(share / (1 - share)))
  })
}

function header(rows: number, dim: number): Buffer {
  const entry = { dtype: 'F8_E4M3', shape: [rows, dim], data_offsets: [0, rows * dim] }
  const json = JSON.stringify({ embedding: entry })
  const text = json.padEnd(Math.ceil(json.length / 8) * 8)
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([size, Buffer.from(text)])
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}

/** The folder with the shards of a table, made first where it is not there yet. */
export function shardFolder(folder: string, { rows, dim, seed, shards }: ShardsSpec): string {
  const path = join(folder, `shards-${rows}x${dim}-${seed}`)
  if (existsSync(path)) return path
  const part = `${path}.part`
  mkdirSync(part, { recursive: true })
  const codes = codesOfColumns(dim)
  let state = Math.floor(randomAt(seed, ['shards'])() * 2 ** 32) | 1
  const block = new Uint8Array(blockRows * dim)
  for (let shard = 0; shard < shards; shard++) {
    const own = Math.floor(((shard + 1) * rows) / shards) - Math.floor((shard * rows) / shards)
    const file = openSync(join(part, `table-${String(shard + 1).padStart(5, '0')}.safetensors`), 'w')
    writeAll(file, header(own, dim))
    for (let row = 0; row < own; row += blockRows) {
      const count = Math.min(blockRows, own - row)
      for (let i = 0, at = 0; i < count; i++) {
        for (let j = 0; j < dim; j++, at++) {
          // Marsaglia 2003, xorshift of 32 bits.
          state ^= state << 13
          state ^= state >>> 17
          state ^= state << 5
          block[at] = codes[j * quantiles + (state >>> 20)]
        }
      }
      writeAll(file, block.subarray(0, count * dim))
    }
    closeSync(file)
  }
  renameSync(part, path)
  return path
}
