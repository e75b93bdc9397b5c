import type { Tensor } from '@slimbed/runtime'
import { toFloat16 } from '../bits/half-floats.js'
import { exactHalves } from '../tensor/kernels/halves.js'
import type { RowGrids } from '../tensor/ops/quantizing.js'

/** The types in which scales and zeros are stored. */
export interface GridTypes {
  readonly scale: 'F16' | 'F32'
  readonly zero: 'F16' | 'F32'
}

/** The scales or zeros of a table. */
export type GridTensor = Tensor<'F32' | 'F16'>

function tensorOf(values: Float32Array, shape: readonly number[], half: boolean): GridTensor {
  const halves = half ? exactHalves(values) : undefined
  return halves ? { dtype: 'F16', shape, data: halves } : { dtype: 'F32', shape, data: values }
}

/** What the grids of all rows are collected from. */
export interface GridSource {
  readonly rows: number
  /** Grids of a row: `⌈dim / groupSize⌉`. */
  readonly groups: number
  readonly grids: RowGrids | ((block: Float32Array, start: number, count: number) => RowGrids)
  /** The zero that all grids share, if the grids have none of their own. */
  readonly zero: number | undefined
}

/** The types that can hold grids; the given types if they can. */
export function typesFor(types: GridTypes, { scale, zero }: RowGrids): GridTypes {
  const fits = (type: 'F16' | 'F32', values: Float32Array) => type === 'F32' || exactHalves(values) !== undefined
  const [scaleFits, zeroFits] = [fits(types.scale, scale), typeof zero === 'number' || fits(types.zero, zero)]
  if (scaleFits && zeroFits) return types
  return { scale: scaleFits ? types.scale : 'F32', zero: zeroFits ? types.zero : 'F32' }
}

/** The bytes of grids in a file. */
export function gridBytes(values: Float32Array, type: 'F16' | 'F32'): Uint8Array {
  const { buffer, byteOffset, byteLength } = type === 'F16' ? (exactHalves(values) ?? toFloat16(values)) : values
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Collects the grids of all rows, block by block. */
export function collectGrids({ rows, groups, grids: given, zero }: GridSource) {
  const shared = typeof given === 'function' ? undefined : given
  const size = shared ? groups : rows * groups
  const scale = shared?.scale ?? new Float32Array(size)
  const sharedZeros = typeof shared?.zero === 'object' ? shared.zero : undefined
  const zeros = zero === undefined ? (sharedZeros ?? new Float32Array(size)) : undefined
  const shape = [size / groups, groups]
  return {
    /** Takes the grids of the rows from `start` on. */
    add(start: number, own: RowGrids): void {
      if (shared) return
      scale.set(own.scale, start * groups)
      if (zeros && typeof own.zero !== 'number') zeros.set(own.zero, start * groups)
    },
    /**
     * The tensors of all grids. With `half`, a tensor is float16 if all of its numbers can be stored in float16 without rounding.
     */
    tensors: (half: boolean): { scale: GridTensor; zero: GridTensor | number } => ({
      scale: tensorOf(scale, shape, half),
      zero: zeros ? tensorOf(zeros, shape, half) : (zero ?? 0)
    })
  }
}
