// An entry of its own: what tells a GGUF file from others is loaded without what reads one.
import type { Format } from '@slimbed/io'

/** Whether bytes begin as a GGUF file does: `GGUF`, and a small number, whose byte order is seen later. Text may begin with these letters too. */
export function isGguf(head: Uint8Array): boolean {
  if (head.length < 8 || String.fromCharCode(...head.subarray(0, 4)) !== 'GGUF') return false
  const [a, b, c, d] = head.subarray(4, 8)
  return b === 0 && c === 0 && (a === 0 ? d > 0 && d <= 16 : d === 0 && a <= 16)
}

/** A matrix of a GGUF model: `options.tensor`, or the token table, with the tokens as words. For `formats` of `readVectors` and `openVectors`. */
export const gguf: Format<'gguf'> = {
  name: 'gguf',
  detect: ({ head }) => isGguf(head),
  async read(input, options) {
    const { readGguf } = await import('./read-format.js')
    return readGguf(input, options)
  }
}
