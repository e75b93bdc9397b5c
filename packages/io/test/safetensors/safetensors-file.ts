import { utf8 } from '../support.js'

/** A tensor of a file made by hand. */
export type Made = { dtype: string; shape: number[]; data: ArrayBufferView }

/** A safetensors file of given tensors. */
export function safetensors(tensors: Record<string, Made>, metadata?: Record<string, string>): Uint8Array {
  let at = 0
  const entries = Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
    const begin = at
    at += data.byteLength
    return [name, { dtype, shape, data_offsets: [begin, at] }]
  })
  const json = utf8(JSON.stringify({ ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) }))
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true)
  const data = Object.values(tensors).map(({ data: { buffer, byteOffset, byteLength } }) => {
    return new Uint8Array(buffer, byteOffset, byteLength)
  })
  return Buffer.concat([length, json, ...data])
}
