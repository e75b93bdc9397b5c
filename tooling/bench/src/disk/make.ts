import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { saveTo } from '@slimbed/core'
import { quantized } from '@slimbed/runtime'

/** Bytes that look random, again and again. */
const pattern = (bytes: number): Uint8Array => {
  const out = new Uint8Array(bytes)
  for (let i = 0, state = 1; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    out[i] = state >>> 24
  }
  return out
}

/** The file `name`, made by `write` where it is not there yet. */
async function once(folder: string, name: string, write: (fd: number) => Promise<void>): Promise<string> {
  const path = join(folder, name)
  if (existsSync(path)) return path
  const fd = openSync(`${path}.part`, 'w')
  await write(fd)
  closeSync(fd)
  renameSync(`${path}.part`, path)
  return path
}

/** An artefact of `rows × dim` codes of 8 bits with one scale, as `fixedpoint(bits=8)` makes. */
export const artefactOf = (folder: string, rows: number, dim: number): Promise<string> =>
  once(folder, `disk-${rows}x${dim}.safetensors`, async (fd) => {
    const codes = new Uint8Array(rows * dim)
    const part = pattern(2 ** 24 + 1)
    for (let at = 0; at < codes.length; at += part.length) codes.set(part.subarray(0, codes.length - at), at)
    const scale = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(0.01) } as const
    const table = quantized({ dim, bits: 8, groupSize: dim, codes, scale, zero: 128 })
    const sink = {
      async write(bytes: Uint8Array, at: number) {
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done)
      }
    }
    await saveTo({ table, provenance: {} }, sink)
  })

/** A `.npy` of `rows × dim` float32. */
export const npyOf = (folder: string, rows: number, dim: number): Promise<string> =>
  once(folder, `disk-${rows}x${dim}.npy`, async (fd) => {
    const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`
    const head = Buffer.from(`\x93NUMPY\x01\x00v\x00${text.padEnd(117)}\n`, 'latin1')
    writeSync(fd, head)
    const part = new Uint8Array(Float32Array.from(pattern(2 ** 22 + 1), (byte) => (byte - 128) / 100).buffer)
    for (let left = rows * dim * 4; left > 0; left -= part.length) writeSync(fd, part, 0, Math.min(left, part.length))
  })
