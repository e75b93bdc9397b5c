import { npy } from './vectors.js'

/** A tensor to be. */
export interface Part {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data: ArrayBufferView
}

/** The bytes of a plain `.safetensors` file. */
export function safetensors(parts: Readonly<Record<string, Part>>, metadata?: Record<string, string>): Buffer {
  let at = 0
  const entries = Object.entries(parts).map(([name, { dtype, shape, data }]) => {
    const begin = at
    at += data.byteLength
    return [name, { dtype, shape, data_offsets: [begin, at] }]
  })
  const json = Buffer.from(
    JSON.stringify({ ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) })
  )
  const length = Buffer.alloc(8)
  length.writeUInt32LE(json.length)
  const data = Object.values(parts).map(({ data: { buffer, byteOffset, byteLength } }) =>
    Buffer.from(buffer, byteOffset, byteLength)
  )
  return Buffer.concat([length, json, ...data])
}

/** The bytes of a matrix as `.npy`. */
export const npyOf = ({ shape, data }: Part): Buffer => npy(shape[0], shape[1], data as Float32Array)
