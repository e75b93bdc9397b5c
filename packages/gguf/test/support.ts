import { fileURLToPath } from 'node:url'
import type { ReadableSink } from '@slimbed/core/artefact'
import { pythonWith, runPython } from '@slimbed/testing'

const python = pythonWith('gguf', 'numpy')
const script = fileURLToPath(new URL('reference.py', import.meta.url))

/** Whether gguf-py is there: `pip install gguf`, or the folder of it in PYTHONPATH. */
export const haveGguf = python !== undefined

/** What `reference.py` prints. */
export const reference = (args: readonly string[], input?: Uint8Array): unknown =>
  runPython(python, [script, ...args], input)

/** Bytes of hexadecimal digits. */
export const fromHex = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'))

/** Values whose bytes are hexadecimal digits. */
export const floatsFromHex = (digits: string): Float32Array => new Float32Array(fromHex(digits).buffer)

/** The bits of values, so that −0 differs from 0. */
export const bitsOf = ({ buffer, byteOffset, length }: Float32Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length)

/** A sink in memory that can be read. */
export function memorySink(): ReadableSink & { bytes(): Uint8Array } {
  let held = new Uint8Array(0)
  return {
    async write(bytes, at) {
      if (at + bytes.length > held.length) {
        const grown = new Uint8Array(at + bytes.length)
        grown.set(held)
        held = grown
      }
      held.set(bytes, at)
    },
    read: async (offset, length) => held.slice(offset, offset + length),
    bytes: () => held
  }
}
