/** The element types of ONNX tensors that are read, by their number in a file. */
export const types = {
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  UINT32: 12,
  BFLOAT16: 16
} as const

/** Bytes of an element of each type that is read. */
export const elementBytes: ReadonlyMap<number, number> = new Map([
  [types.FLOAT, 4],
  [types.UINT8, 1],
  [types.INT8, 1],
  [types.UINT16, 2],
  [types.INT16, 2],
  [types.INT32, 4],
  [types.INT64, 8],
  [types.BOOL, 1],
  [types.FLOAT16, 2],
  [types.DOUBLE, 8],
  [types.UINT32, 4],
  [types.BFLOAT16, 2]
])

/** The name of an element type, for messages. */
export const typeName = (type: number): string =>
  Object.entries(types)
    .find(([, number]) => number === type)?.[0]
    .toLowerCase() ?? `type ${type}`
