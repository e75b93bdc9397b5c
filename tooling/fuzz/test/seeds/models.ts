import { falling, floatBytes, type GgufTensorParts, ggufFile } from '@slimbed/testing'
import { list } from './content.js'
import type { Seed } from './seed.js'

const rows = list.length

/** Types of llama.cpp by number, with the values and bytes of a block. */
const blocks = [
  [0, 1, 4],
  [1, 1, 2],
  [2, 32, 18],
  [3, 32, 20],
  [6, 32, 22],
  [7, 32, 24],
  [8, 32, 34],
  [12, 256, 144],
  [13, 256, 176],
  [14, 256, 210],
  [20, 32, 18],
  [30, 1, 2],
  [39, 32, 17]
] as const

/** A table of one type, whose blocks are the bytes of small numbers. */
function table(name: string, [type, values, bytes]: readonly [number, number, number]): GgufTensorParts {
  const dim = Math.max(32, values)
  const size = (rows * dim * bytes) / values
  const data =
    type === 0 ? floatBytes(falling(rows, dim, 3)) : Uint8Array.from({ length: size }, (_, i) => (i * 37) % 60)
  return { name, shape: [rows, dim], type, data }
}

/** GGUF models: a table of each type that is read, with another tensor. */
export function modelSeeds(): Seed[] {
  const other = { name: 'norm', shape: [3], type: 24, data: Uint8Array.of(1, 2, 3) }
  return blocks.map((block) => {
    const name = `type${block[0]}.gguf`
    const tensors = [other, table('token_embd.weight', block)]
    return { kind: 'gguf', name, files: { [name]: ggufFile({ version: block[0] % 2 ? 2 : 3, tokens: list, tensors }) } }
  })
}
