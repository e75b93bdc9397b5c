import { decodeIQ4_NL, decodeMXFP4, decodeQ4_0, decodeQ4_1, decodeQ5_0, decodeQ5_1, decodeQ8_0 } from './blocks.js'
import { type Decode, decodeBF16, decodeF16, decodeF32 } from './plain.js'
import { decodeQ4_K, decodeQ5_K, decodeQ6_K } from './super-blocks.js'

/** How the values of each type are decoded, by its name. Every value is what gguf-py makes of it, bit for bit. */
export const decoders: ReadonlyMap<string, Decode> = new Map([
  ['F32', decodeF32],
  ['F16', decodeF16],
  ['BF16', decodeBF16],
  ['Q8_0', decodeQ8_0],
  ['Q4_0', decodeQ4_0],
  ['Q4_1', decodeQ4_1],
  ['Q5_0', decodeQ5_0],
  ['Q5_1', decodeQ5_1],
  ['IQ4_NL', decodeIQ4_NL],
  ['MXFP4', decodeMXFP4],
  ['Q4_K', decodeQ4_K],
  ['Q5_K', decodeQ5_K],
  ['Q6_K', decodeQ6_K]
])
