import { numbers } from './vectors.js'

/** The bytes of a safetensors file of float32 tensors. */
export function safetensors(tensors: Readonly<Record<string, readonly number[]>>): Buffer {
  let at = 0
  const entries = Object.entries(tensors).map(([name, shape]) => {
    const begin = at
    at += 4 * shape.reduce((a, b) => a * b, 1)
    return [name, { dtype: 'F32', shape, data_offsets: [begin, at] }] as const
  })
  const json = JSON.stringify(Object.fromEntries(entries))
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8))
  const size = Buffer.alloc(8)
  size.writeUInt32LE(header.length)
  return Buffer.concat([size, header, Buffer.from(numbers(at / 4, 1).buffer)])
}

/** The words of a made-up language model. */
export const words = ['<eos>', '<unk>', ...'abcdefgh']
/** Its tensors. */
export const shapes = {
  'embedding.weight': [10, 6],
  'softmax.weight': [10, 4],
  'softmax.bias': [10],
  'lstm.0.weight_ih': [16, 6],
  'lstm.0.weight_hh': [16, 4],
  'lstm.0.bias_ih': [16],
  'lstm.0.bias_hh': [16]
}
