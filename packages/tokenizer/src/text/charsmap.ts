import { fail } from '../check.js'

/** What a character, or several that belong together, is replaced by; undefined if it stays. */
export type Charsmap = (text: string) => string | undefined

function bytesOf(base64: string, where: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0))
  } catch {
    return fail('corrupt-file', `${where}: expected base64`)
  }
}

const encoder = new TextEncoder()
const mostKept = 10_000

/**
 * The map of a SentencePiece model: the number of bytes of a double-array trie (Aoe 1989, units as in Darts-clone), the trie, and the
 * replacements, each ended by a zero. Throws `corrupt-file`.
 */
export function charsmapOf(base64: string, where: string): Charsmap {
  const bytes = bytesOf(base64, where)
  const view = new DataView(bytes.buffer)
  const size = bytes.length < 4 ? -1 : view.getUint32(0, true)
  if (size < 0 || size % 4 !== 0 || size > bytes.length - 4) {
    fail('corrupt-file', `${where}: the trie is longer than the ${bytes.length} bytes`)
  }
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true))
  const texts = bytes.subarray(4 + size)
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const childrenOf = (unit: number) => (unit >>> 10) << ((unit & 512) >>> 6)

  function find(text: string): string | undefined {
    let node = childrenOf(units[0] ?? 0)
    for (const byte of encoder.encode(text)) {
      if (byte === 0) break
      node ^= byte
      const unit = units[node] ?? 0
      if ((unit & 0x800000ff) !== byte) return undefined
      node ^= childrenOf(unit)
      if (((unit >>> 8) & 1) === 0) continue
      // As in the library, the shortest text of the map with which this one begins.
      const start = (units[node] ?? 0) & 0x7fffffff
      const end = texts.indexOf(0, start)
      return decoder.decode(texts.subarray(start, end < 0 ? texts.length : end))
    }
    return undefined
  }

  const kept = new Map<string, string | undefined>()
  return (text) => {
    if (kept.has(text)) return kept.get(text)
    if (kept.size >= mostKept) kept.clear()
    const found = find(text)
    kept.set(text, found)
    return found
  }
}
