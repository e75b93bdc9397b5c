import { codeBytes, type Matrix, quantized, type Table, type Tensor } from '@slimbed/runtime'
import { bytesPerElement } from '@slimbed/runtime/format'
import { checkRows, codesOf, floatCodes, rowByRow } from '@slimbed/runtime/kinds'
import { decodeRows } from '../tensor/kernels/decode.js'
import type { LazyTable, ReadTensor } from './lazy.js'

type GridTensor = Tensor<'F32' | 'F16'>

/**
 * A `quantized` table whose codes, and with `byRow` its scales and zeros, are somewhere else, such as in a file: rows are read there in
 * blocks when they are asked for.
 */
export function storedCodes(done: Table, byRow: boolean, readBytes: ReadTensor): LazyTable {
  const { rows, dim, config, tensors } = done
  const [bits, groupSize] = [Number(config.bits), Number(config.groupSize)]
  const rowBytes = codeBytes(dim, bits)
  const gridsOf = async (name: 'scale' | 'zero', start: number, count: number): Promise<GridTensor> => {
    const tensor = tensors[name] as GridTensor
    if (!byRow) return tensor
    const { dtype, shape } = tensor
    const size = shape[1] * bytesPerElement[dtype]
    // A copy where it is not aligned.
    const bytes = await readBytes(name, start * size, count * size)
    const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
    const grids = [count, shape[1]]
    return dtype === 'F16'
      ? { dtype, shape: grids, data: new Uint16Array(buffer, byteOffset, count * shape[1]) }
      : { dtype: 'F32', shape: grids, data: new Float32Array(buffer, byteOffset, count * shape[1]) }
  }
  const take = async (start: number, count: number): Promise<Table> => {
    const codes = await readBytes('codes', start * rowBytes, count * rowBytes)
    const scale = await gridsOf('scale', start, count)
    const zero = tensors.zero ? await gridsOf('zero', start, count) : Number(config.zero)
    return quantized({ dim, bits, groupSize, codes, scale, zero })
  }
  const matrix: Matrix = {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const out = into ?? new Float32Array(count * dim)
      const block = await take(start, count)
      const codes = codesOf(block)
      if (codes && decodeRows(codes.codes, floatCodes(codes), 0, count, out)) return out
      return rowByRow(block).read(0, count, out)
    }
  }
  const table: LazyTable = {
    ...done,
    lazy: { rows: matrix, passedOn: true, compute: () => take(0, rows), streamOver: () => undefined },
    expand: () => matrix,
    with: () => table
  }
  return table
}
