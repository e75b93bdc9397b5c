import { readFileSync } from 'node:fs'

/** The values of a `.npy` of little-endian float32, version 1. */
export function readNpy(path: string | URL): Float32Array {
  const bytes = readFileSync(path)
  const start = 10 + bytes.readUInt16LE(8)
  if (!bytes.toString('latin1', 0, start).includes("'<f4'")) throw new Error(`${path}: not float32`)
  return new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer)
}
