import { type Builder, bytesOf, typeAttr } from './builder.js'

// Operators of graphs, as tfjs reads them.

const float = { T: typeAttr('float32') }

/** Rows of `from` by their numbers, along the first axis. */
export const gather = (b: Builder, from: string, ids: string): string =>
  b.node('GatherV2', [from, ids, b.whole([0], [])], {
    batch_dims: { i: '0' },
    Tindices: typeAttr('int32'),
    Taxis: typeAttr('int32')
  })

/** Columns of `from` by their numbers. It must have a row. */
export const columnsOf = (b: Builder, from: string, numbers: string): string =>
  b.node('GatherV2', [from, numbers, b.whole([1], [])], {
    batch_dims: { i: '0' },
    Tindices: typeAttr('int32'),
    Taxis: typeAttr('int32')
  })

/** The rows from `start` on. */
export const rowsFrom = (b: Builder, x: string, start: number, dim: number): string =>
  b.node('Slice', [x, b.whole([start, 0]), b.whole([-1, dim])], { Index: typeAttr('int32') })

export const reshape = (b: Builder, x: string, shape: readonly number[]): string =>
  b.node('Reshape', [x, b.whole(shape)], { Tshape: typeAttr('int32') })

export const toFloat = (b: Builder, x: string): string =>
  b.node('Cast', [x], { SrcT: typeAttr('int32'), DstT: typeAttr('float32') })

export const add = (b: Builder, x: string, y: string): string => b.node('AddV2', [x, y])
export const subtract = (b: Builder, x: string, y: string): string => b.node('Sub', [x, y], float)
export const multiply = (b: Builder, x: string, y: string): string => b.node('Mul', [x, y], float)
export const least = (b: Builder, x: string, y: string): string => b.node('Minimum', [x, y])
export const most = (b: Builder, x: string, y: string): string => b.node('Maximum', [x, y])
export const less = (b: Builder, x: string, y: string): string => b.node('Less', [x, y])
/** Values of `x` where `chosen` is true, else those of `y`. */
export const select = (b: Builder, chosen: string, x: string, y: string): string => b.node('SelectV2', [chosen, x, y])
export const matMul = (b: Builder, x: string, y: string): string =>
  b.node('MatMul', [x, y], { ...float, transpose_a: { b: false }, transpose_b: { b: false } })

/** The first columns of rows. */
export const firstColumns = (b: Builder, x: string, count: number): string =>
  b.node('Slice', [x, b.whole([0, 0]), b.whole([-1, count])], { Index: typeAttr('int32') })

/** Columns side by side. */
export const concat = (b: Builder, parts: readonly string[], axis: number): string =>
  b.node('ConcatV2', [...parts, b.whole([axis], [])], { N: { i: `${parts.length}` }, Tidx: typeAttr('int32') })

/** A constant of float32. */
export const floats = (b: Builder, key: string, shape: readonly number[], data: Float32Array): string =>
  b.weight(key, shape, 'float32', bytesOf(data))

/** Whole numbers of 0 or more, in two bytes each where that is enough; tfjs makes them int32 when it loads the model. */
export function wholes(b: Builder, key: string, shape: readonly number[], numbers: ArrayLike<number>): string {
  let most = 0
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, numbers[i])
  if (most >= 2 ** 16) return b.weight(key, shape, 'int32', bytesOf(Int32Array.from(numbers)))
  const [data, dtype] =
    most < 2 ** 8 ? ([Uint8Array.from(numbers), 'uint8'] as const) : ([Uint16Array.from(numbers), 'uint16'] as const)
  return b.weight(key, shape, 'int32', bytesOf(data), { dtype, min: 0, scale: 1, original_dtype: 'int32' })
}

/** The rows `ids` of what is stored, or all of it where there are none. */
export const rowsOf = (b: Builder, stored: string, ids: string | undefined): string =>
  ids === undefined ? stored : gather(b, stored, ids)
