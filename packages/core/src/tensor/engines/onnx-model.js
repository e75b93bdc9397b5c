// The little of Protocol Buffers and of onnx.proto that graphs of products take.

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
 * A NodeProto with one result.
 * @param {string} operator
 * @param {string[]} inputs
 * @param {string} output
 * @param {number[]} attribute
 */
const node = (operator, inputs, output, attribute = []) =>
  message(1, [...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(4, operator), ...attribute])

/** `Aᵀ` for `A` in a Gemm; attribute type 2 is INT. */
const transA = message(5, [...text(1, 'transA'), ...integer(3, 1), ...integer(20, 2)])

/**
 * A TensorProto that is a graph's own: one int64 (element type 7).
 * @param {string} name
 * @param {number} value
 */
const constant = (name, value) =>
  message(5, [...integer(1, 1), ...integer(2, 7), ...message(7, varint(value)), ...text(8, name)])

/**
 * A TensorProto that is a graph's own: one float32 (element type 1), which adapts to any shape.
 * @param {string} name
 * @param {number} value
 */
const scalar = (name, value) => {
  const bytes = new Uint8Array(Float32Array.of(value).buffer)
  return message(5, [...integer(2, 1), ...message(4, [...bytes]), ...text(8, name)])
}

/**
 * A ModelProto (IR version 8, operator set 13).
 * @param {number[]} graph
 */
const model = (graph) =>
  Uint8Array.from([...integer(1, 8), ...message(8, [...text(1, ''), ...integer(2, 13)]), ...message(7, graph)])

/**
 * An ONNX model of any sizes: `c = a · b` with `a` `m × k` and `b` `k × n`, or with `transposed` `c = aᵀ · b` with `a` `k × m`.
 * @param {boolean} transposed
 */
export const productModel = (transposed) =>
  model([
    ...(transposed ? node('Gemm', ['a', 'b'], 'c', transA) : node('MatMul', ['a', 'b'], 'c')),
    ...text(2, 'product'),
    ...matrix(11, 'a', transposed ? ['k', 'm'] : ['m', 'k']),
    ...matrix(11, 'b', ['k', 'n']),
    ...matrix(12, 'c', ['m', 'n'])
  ])

/**
 * Where the panels of `Engine.panels` begin, and where the last one ends.
 * @param {number} dim
 * @param {number} columns
 */
export const panelEdges = (dim, columns) => [
  ...Array.from({ length: Math.ceil(dim / columns) }, (_, panel) => panel * columns),
  dim
]

/**
 * An ONNX model of `Engine.panels` for matrices of `dim` columns: panel p of `aᵀ · a` is the result `p`, or with `weighted` of
 * `(a · w)ᵀ · a` with `w` `rows × 1`.
 * @param {number} dim
 * @param {number} columns
 * @param {boolean} weighted
 */
export function panelsModel(dim, columns, weighted) {
  const nodes = weighted ? node('Mul', ['a', 'w'], 'weighted') : []
  const constants = constant('axis', 1)
  const results = []
  /** @param {string} of @param {number} first @param {number} end */
  const columnsOf = (of, first, end) => {
    if (first === 0 && end === dim) return of
    const name = `${of} ${first} ${end}`
    constants.push(...constant(`${name} first`, first), ...constant(`${name} end`, end))
    nodes.push(...node('Slice', [of, `${name} first`, `${name} end`, 'axis'], name))
    return name
  }
  const edges = panelEdges(dim, columns)
  for (let panel = 0; panel + 1 < edges.length; panel++) {
    const [first, end] = [/** @type {number} */ (edges[panel]), /** @type {number} */ (edges[panel + 1])]
    const right = columnsOf('a', first, dim)
    const left = end === dim && !weighted ? right : columnsOf(weighted ? 'weighted' : 'a', first, end)
    nodes.push(...node('Gemm', [left, right], String(panel), transA))
    results.push(...matrix(12, String(panel), [`m${panel}`, `n${panel}`]))
  }
  const inputs = [...matrix(11, 'a', ['rows', 'dim']), ...(weighted ? matrix(11, 'w', ['rows', 'one']) : [])]
  return model([...nodes, ...text(2, 'panels'), ...constants, ...inputs, ...results])
}

/**
 * An ONNX model of `Engine.signs`, of any sizes: `cross = aᵀ · s` with the signs `s` of `a · f`, and `magnitudes`, for each row of
 * `a`, the sum of the magnitudes of `a · f`.
 */
export const signsModel = () =>
  model([
    ...node('MatMul', ['a', 'f'], 'z'),
    ...node('Less', ['z', 'zero'], 'negative'),
    ...node('Where', ['negative', 'minus', 'plus'], 's'),
    ...node('Gemm', ['a', 's'], 'cross', transA),
    ...node('Abs', ['z'], 'absolute'),
    ...node('ReduceSum', ['absolute', 'axis'], 'magnitudes'),
    ...text(2, 'signs'),
    ...[...constant('axis', 1), ...scalar('zero', 0), ...scalar('minus', -1), ...scalar('plus', 1)],
    ...matrix(11, 'a', ['rows', 'dim']),
    ...matrix(11, 'f', ['dim', 'width']),
    ...matrix(12, 'cross', ['dim', 'width']),
    ...matrix(12, 'magnitudes', ['rows', 'one'])
  ])
