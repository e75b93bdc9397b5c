import { readFileSync } from 'node:fs'
import { floatsOf } from '@slimbed/core'
import { dataFolder, hasData } from './data.js'

const name = 'vectors/numberbatch-en-41k.300d.f16.npy'

/** 41,353 × 300 real word vectors, unit rows: a float16 `.npy` file of version 1. */
export const vectorsFile = `${dataFolder}/${name}`

/** Its columns. */
export const vectorsDim = 300

/** Whether it is there. */
export const hasVectors: boolean = hasData(name)

/** Its values, row-major. */
export function readVectors(): Float32Array {
  const bytes = readFileSync(vectorsFile)
  const start = 10 + bytes.readUInt16LE(8)
  const bits = new Uint16Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
  return floatsOf({ dtype: 'F16', shape: [bits.length], data: bits })
}
