import { checkChildren, checkRow, checkShape, fail, isInteger } from '../check.js'
import { floatsOf } from '../table/half.js'
import type { Quantized } from '../table/matrix.js'
import type { JsonObject, Table } from '../table/table.js'
import { elements } from '../table/tensor.js'
import { defineKind, tensorOf } from './kind.js'
import { codeBytes, fillValues, ownValues, scaleBytes, unpackOf } from './unpack.js'

const types = ['F32', 'F16'] as const

/**
 * The table of `(code − zero) · scale`, computed in float64 and rounded to float32; its rows follow from `codes`.
 *
 * Throws `bad-input` for parts that do not fit together.
 */
export function quantized({ dim, bits, groupSize, codes, scale, zero }: Quantized): Table {
  checkShape('quantized', 0, dim)
  if (!isInteger(bits, 1, 16)) fail('bad-input', `quantized: bits must be an integer from 1 to 16, not ${bits}`)
  if (!isInteger(groupSize, 1, dim)) {
    fail('bad-input', `quantized: groupSize must be an integer from 1 to dim (${dim}), not ${groupSize}`)
  }
  const rowBytes = codeBytes(dim, bits)
  const rows = codes.length / rowBytes
  if (!Number.isInteger(rows)) {
    fail('bad-input', `quantized: expected codes of ${rowBytes} bytes a row, got ${codes.length} bytes`)
  }
  checkShape('quantized', rows, dim)
  const groups = Math.ceil(dim / groupSize)
  const [scaleRows, scaleColumns] = scale.shape
  const fits = (scaleRows === 1 || scaleRows === rows) && scaleColumns === groups && scale.shape.length === 2
  if (!fits || elements(scale.shape) !== scale.data.length) {
    fail('bad-input', `quantized: expected a scale of [1 or ${rows}, ${groups}], got [${scale.shape}]`)
  }
  const zeroTensor = typeof zero === 'number' ? undefined : zero
  const constant = typeof zero === 'number' ? zero : 0
  if (zeroTensor ? `${zeroTensor.shape}` !== `${scale.shape}` : !Number.isFinite(zero)) {
    const got = zeroTensor ? `[${zeroTensor.shape}]` : zero
    fail('bad-input', `quantized: expected a zero that is a finite number or shaped like the scale, got ${got}`)
  }
  const stride = scaleRows === 1 ? 0 : groups
  const unpack = unpackOf(bits)
  // One grid a row: few values, or the same in every row.
  const lookup = groupSize === dim && (bits <= 4 || (bits <= 8 && stride === 0))
  let values: Float32Array | undefined
  let scales: Float32Array | undefined
  let zeros: Float32Array | undefined

  const table: Table = {
    kind: 'quantized',
    rows,
    dim,
    config: { dim, bits, groupSize, ...(zeroTensor ? {} : { zero: constant }) },
    tensors: {
      codes: { dtype: 'U8', shape: [rows, rowBytes], data: codes },
      scale,
      ...(zeroTensor && { zero: zeroTensor })
    },
    children: {},
    readRow(row, out) {
      checkRow(row, rows)
      scales ??= floatsOf(scale)
      if (zeroTensor) zeros ??= floatsOf(zeroTensor)
      const [factors, offsets] = [scales, zeros]
      const at = row * rowBytes
      let index = row * stride
      if (lookup) {
        if (stride > 0 || !values) {
          values ??= new Float32Array(2 ** bits)
          fillValues(values, factors[index], offsets ? offsets[index] : constant)
        }
        unpack(codes, at, dim, out, values)
        return
      }
      const bytes = bits === 8 && groupSize > 1
      values ??= ownValues(bits)
      if (!bytes) unpack(codes, at, dim, out, values)
      if (groupSize === 1) {
        if (offsets) for (let j = 0; j < dim; j++, index++) out[j] = (out[j] - offsets[index]) * factors[index]
        else for (let j = 0; j < dim; j++, index++) out[j] = (out[j] - constant) * factors[index]
        return
      }
      for (let j = 0; j < dim; index++) {
        const end = Math.min(j + groupSize, dim)
        const factor = factors[index]
        const offset = offsets ? offsets[index] : constant
        if (bytes) scaleBytes(codes, at, j, end, factor, offset, out)
        else for (; j < end; j++) out[j] = (out[j] - offset) * factor
        j = end
      }
    },
    with(children) {
      checkChildren('quantized', {}, children)
      return table
    }
  }
  return table
}

/** How a `quantized` node is rebuilt from a file. */
export const quantizedKind = /* @__PURE__ */ defineKind('quantized', (config, tensors) => {
  const codes = tensorOf(tensors, 'codes', ['U8'], 2)
  const scale = tensorOf(tensors, 'scale', types, 2)
  const { zero = Number.NaN, ...numbers } = config as object as Pick<Quantized, 'dim' | 'bits' | 'groupSize'> &
    JsonObject
  const zeroTensor = Object.hasOwn(tensors, 'zero') ? tensorOf(tensors, 'zero', types, 2) : undefined
  if (zeroTensor && 'zero' in config) fail('bad-input', 'quantized: there is a tensor "zero" and also config.zero')
  // A value that is not a number becomes one that `quantized` refuses.
  const constant = typeof zero === 'number' ? zero : Number.NaN
  const table = quantized({ ...numbers, codes: codes.data, scale, zero: zeroTensor ?? constant })
  const { shape } = table.tensors.codes
  if (`${shape}` !== `${codes.shape}`)
    fail('bad-input', `quantized: expected codes of [${shape}], got [${codes.shape}]`)
  return table
})
