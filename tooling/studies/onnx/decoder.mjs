import { normals } from '@slimbed/testing'

// A small decoder as an ONNX file: rows of a table, one layer, logits by the same table, turned.

const utf8 = new TextEncoder()

/** @param {number} value */
function varint(value) {
  const out = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128)
  return Uint8Array.from([...out, rest])
}

/** @param {...Uint8Array} parts */
const all = (...parts) => Buffer.concat(parts)
/** @param {number} field @param {number} value */
const number = (field, value) => all(varint(8 * field), varint(value))
/** @param {number} field @param {Uint8Array} content */
const message = (field, content) => all(varint(8 * field + 2), varint(content.length), content)
/** @param {number} field @param {string} value */
const text = (field, value) => message(field, utf8.encode(value))

/** @param {string} op @param {string[]} inputs @param {string} output */
const node = (op, inputs, output) =>
  message(1, all(...inputs.map((name) => text(1, name)), text(2, output), text(3, output), text(4, op)))

/** @param {string} name @param {number} rows @param {number} dim @param {Float32Array} data */
const matrix = (name, rows, dim, data) =>
  message(5, all(number(1, rows), number(1, dim), number(2, 1), text(8, name), message(9, new Uint8Array(data.buffer))))

/** @param {number} field @param {string} name @param {number} type of elements */
const port = (field, name, type) => message(field, all(text(1, name), message(2, message(1, number(1, type)))))

/** @param {number} rows @param {number} dim */
export function decoder(rows, dim) {
  const layer = normals(dim * dim, 2).map((value) => value / Math.sqrt(dim))
  const graph = all(
    node('Gather', ['words', 'ids'], 'rows'),
    node('MatMul', ['rows', 'layer'], 'x'),
    node('Transpose', ['words'], 'turned'),
    node('MatMul', ['x', 'turned'], 'logits'),
    text(2, 'decoder'),
    matrix('words', rows, dim, normals(rows * dim, 1)),
    matrix('layer', dim, dim, layer),
    port(11, 'ids', 7),
    port(12, 'logits', 1)
  )
  return all(number(1, 8), message(8, number(2, 17)), message(7, graph))
}
