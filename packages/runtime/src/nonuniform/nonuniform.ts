import { checkChildren, checkRow, checkShape, fail, isInteger } from '../check.js'
import { tensorOf } from '../kinds/kind.js'
import { codeBytes, unpackOf } from '../kinds/unpack.js'
import { dot } from '../lookup/dot.js'
import { floatsOf } from '../table/half.js'
import type { JsonObject, LoadNode, Table } from '../table/table.js'
import { elements, type Tensor } from '../table/tensor.js'
import { byteSums, dotsByByte } from './dots.js'
import { type LogScale, logScales } from './log-scales.js'

const types = ['F32', 'F16', 'U8'] as const

/** The parts of a `nonuniform` table. */
export interface Nonuniform {
  readonly dim: number
  /** Bits of a code, 1 to 8. */
  readonly bits: number
  /** Consecutive columns that share a scale, 1 to `dim`. */
  readonly groupSize: number
  /** `rows × ⌈dim · bits / 8⌉` bytes: each row a little-endian bit stream, spare bits 0. */
  readonly codes: Uint8Array
  /** The value of each code at scale 1, `2^bits` finite numbers. */
  readonly levels: Float32Array
  /** `[1 or rows, ⌈dim / groupSize⌉]`: scales, or as U8 the codes of logarithmic ones. */
  readonly scale: Tensor<(typeof types)[number]>
  /** What codes of scales stand for; undefined where the scales are numbers. */
  readonly logScale?: LogScale | undefined
}

function check({ dim, bits, groupSize, codes, levels, scale, logScale }: Nonuniform): number {
  checkShape('nonuniform', 0, dim)
  if (!isInteger(bits, 1, 8)) fail('bad-input', `nonuniform: bits must be an integer from 1 to 8, not ${bits}`)
  if (!isInteger(groupSize, 1, dim)) {
    fail('bad-input', `nonuniform: groupSize must be an integer from 1 to dim (${dim}), not ${groupSize}`)
  }
  if (levels.length !== 2 ** bits || !levels.every(Number.isFinite)) {
    fail('bad-input', `nonuniform: expected ${2 ** bits} finite levels, got ${levels.length}`)
  }
  const rows = codes.length / codeBytes(dim, bits)
  checkShape('nonuniform', rows, dim)
  const [scaleRows] = scale.shape
  const fits =
    (scaleRows === 1 || scaleRows === rows) && `${scale.shape}` === `${[scaleRows, Math.ceil(dim / groupSize)]}`
  if (!fits || elements(scale.shape) !== scale.data.length) {
    fail(
      'bad-input',
      `nonuniform: a scale of [${scale.shape}] does not fit ${rows} × ${dim} with groupSize ${groupSize}`
    )
  }
  if ((scale.dtype === 'U8') !== (logScale !== undefined)) {
    fail('bad-input', 'nonuniform: expected config.least and config.ratio with a scale of U8, and only with it')
  }
  return rows
}

/**
 * The table of `levels[code] · scale`, computed in float64 and rounded to float32: quantization whose levels may lie anywhere (Lloyd 1982,
 * Max 1960).
 *
 * Throws `bad-input` for parts that do not fit together.
 */
export function nonuniform(parts: Nonuniform): Table {
  const { dim, bits, groupSize, codes, levels, scale, logScale } = parts
  const rows = check(parts)
  const rowBytes = codeBytes(dim, bits)
  const groups = scale.shape[1]
  const stride = scale.shape[0] === 1 ? 0 : groups
  const unpack = unpackOf(bits)
  const scales =
    scale.dtype === 'U8' ? logScales(logScale!, scale.data as Uint8Array) : floatsOf(scale as Tensor<'F32' | 'F16'>)
  const table: Table = {
    kind: 'nonuniform',
    rows,
    dim,
    config: { dim, bits, groupSize, ...logScale },
    tensors: {
      codes: { dtype: 'U8', shape: [rows, rowBytes], data: codes },
      levels: { dtype: 'F32', shape: [levels.length], data: levels },
      scale
    },
    children: {},
    readRow(row, out) {
      checkRow(row, rows)
      unpack(codes, row * rowBytes, dim, out, levels)
      for (let j = 0, group = row * stride; j < dim; group++) {
        const factor = scales[group]
        for (const end = Math.min(j + groupSize, dim); j < end; j++) out[j] *= factor
      }
    },
    dots(query, out) {
      const sums = groups === 1 ? byteSums(levels, bits, query, rows) : undefined
      if (sums) {
        dotsByByte(codes, sums, rowBytes, rows, out)
        for (let i = 0; i < rows; i++) out[i] *= scales[i * stride]
        return
      }
      const row = new Float32Array(dim)
      for (let i = 0; i < rows; i++) {
        table.readRow(i, row)
        out[i] = dot(row, 0, query, dim)
      }
    },
    with(children) {
      checkChildren('nonuniform', {}, children)
      return table
    }
  }
  return table
}

export const loadNonuniform: LoadNode = (config, tensors) => {
  const codes = tensorOf(tensors, 'codes', ['U8'], 2)
  const { dim, bits, groupSize, least, ratio } = config as Omit<Nonuniform, 'logScale'> & Partial<LogScale> & JsonObject
  const logScale =
    least === undefined && ratio === undefined ? undefined : { least: Number(least), ratio: Number(ratio) }
  const levels = tensorOf(tensors, 'levels', ['F32'], 1).data
  const scale = tensorOf(tensors, 'scale', types, 2)
  const table = nonuniform({ dim, bits, groupSize, codes: codes.data, levels, scale, logScale })
  const { shape } = table.tensors.codes
  if (`${shape}` !== `${codes.shape}`)
    fail('bad-input', `nonuniform: expected codes of [${shape}], got [${codes.shape}]`)
  return table
}
