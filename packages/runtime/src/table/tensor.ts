/** Element types of tensors, as safetensors names them. Half floats are held as their 16 bits. */
export type DType = 'F64' | 'F32' | 'U32' | 'F16' | 'BF16' | 'U16' | 'U8'

/** What holds the elements of a tensor of each element type. */
export interface TensorData {
  F64: Float64Array
  F32: Float32Array
  U32: Uint32Array
  F16: Uint16Array
  BF16: Uint16Array
  U16: Uint16Array
  U8: Uint8Array
}

/** An array with a shape, row-major (the last index fastest). */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D
  readonly shape: readonly number[]
  readonly data: TensorData[D]
}

/** Bytes of one element of each type. */
export const bytesPerElement: Readonly<Record<DType, number>> = {
  F64: 8,
  F32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  U16: 2,
  U8: 1
}

/** The number of elements of a shape. */
export const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)
