/** Bytes in pieces, so that large ones are never copied. */
export type Chunks = readonly Uint8Array[]

/** Bytes of all pieces. */
export const sizeOf = (chunks: Chunks): number => chunks.reduce((sum, { length }) => sum + length, 0)

/** All pieces in one array. */
export function join(chunks: Chunks): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(sizeOf(chunks))
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}

/** A signed 64-bit integer between −2⁵³ and 2⁵³ as a varint. */
export function varint(value: number): Uint8Array {
  const out: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128)
  out.push(Number(rest))
  return Uint8Array.from(out)
}

const utf8 = new TextEncoder()

/** A field that holds a number. */
export const numberField = (number: number, value: number): Chunks => [varint(number * 8), varint(value)]

/** A field that holds bytes or a message. */
export const bytesField = (number: number, content: Chunks): Chunks => [
  varint(number * 8 + 2),
  varint(sizeOf(content)),
  ...content
]

/** A field that holds text. */
export const textField = (number: number, text: string): Chunks => bytesField(number, [utf8.encode(text)])
