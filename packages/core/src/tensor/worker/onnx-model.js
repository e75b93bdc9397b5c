// The little of Protocol Buffers and of onnx.proto that a graph with one product takes.

/** @param {number} value */
const varint = (value) => {
  const bytes = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  return [...bytes, value]
}
/** @param {number} field @param {number[]} bytes */
const message = (field, bytes) => [...varint(8 * field + 2), ...varint(bytes.length), ...bytes]
/** @param {number} field @param {string} value */
const text = (field, value) => message(field, [...new TextEncoder().encode(value)])
/** @param {number} field @param {number} value */
const integer = (field, value) => [...varint(8 * field), ...varint(value)]

/**
 * A ValueInfoProto: a float32 (element type 1) matrix whose sizes have names.
 * @param {number} field
 * @param {string} name
 * @param {string[]} sizes
 */
const matrix = (field, name, sizes) => {
  const shape = sizes.flatMap((size) => message(1, text(2, size)))
  return message(field, [...text(1, name), ...message(2, message(1, [...integer(1, 1), ...message(2, shape)]))])
}

/**
 * An ONNX model (IR version 8, operator set 13) of any sizes: `c = a · b` with `a` `m × k` and `b` `k × n`, or with
 * `transposed` `c = aᵀ · b` with `a` `k × m`.
 * @param {boolean} transposed
 */
export function productModel(transposed) {
  // Attribute type 2 is INT.
  const transA = message(5, [...text(1, 'transA'), ...integer(3, 1), ...integer(20, 2)])
  const names = [...text(1, 'a'), ...text(1, 'b'), ...text(2, 'c')]
  const node = transposed ? [...names, ...text(4, 'Gemm'), ...transA] : [...names, ...text(4, 'MatMul')]
  const graph = [
    ...message(1, node),
    ...text(2, 'product'),
    ...matrix(11, 'a', transposed ? ['k', 'm'] : ['m', 'k']),
    ...matrix(11, 'b', ['k', 'n']),
    ...matrix(12, 'c', ['m', 'n'])
  ]
  return Uint8Array.from([...integer(1, 8), ...message(8, [...text(1, ''), ...integer(2, 13)]), ...message(7, graph)])
}
