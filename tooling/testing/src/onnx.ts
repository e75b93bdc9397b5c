/** A varint of a number of 0 or more. */
function varint(value: number): number[] {
  const out: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128)
  return [...out, value]
}

const message = (field: number, content: Uint8Array): Uint8Array =>
  Uint8Array.from([...varint(field * 8 + 2), ...varint(content.length), ...content])
const text = (field: number, value: string): Uint8Array => message(field, new TextEncoder().encode(value))
const number = (field: number, value: number): Uint8Array => Uint8Array.from([...varint(field * 8), ...varint(value)])
const all = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))
const value = (name: string, type: number): Uint8Array => all(text(1, name), message(2, message(1, number(1, type))))

/**
 * A small ONNX model, written from the definition of the format alone: it takes rows of `words`, `rows × dim` float32, by `ids` (int64, of any
 * shape), and gives them as `rows`. Opset 17.
 */
export function onnxFile(rows: number, dim: number, words: Float32Array): Uint8Array {
  const gather = all(text(1, 'words'), text(1, 'ids'), text(2, 'rows'), text(3, 'take'), text(4, 'Gather'))
  const raw = new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
  const tensor = all(number(1, rows), number(1, dim), number(2, 1), text(8, 'words'), message(9, raw))
  const ports = all(message(11, value('ids', 7)), message(12, value('rows', 1)))
  const graph = all(message(1, gather), text(2, 'lookup'), message(5, tensor), ports)
  return all(number(1, 8), message(8, number(2, 17)), message(7, graph))
}
