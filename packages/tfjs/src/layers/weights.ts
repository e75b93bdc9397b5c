import { codeBytes, floatsOf, SlimbedError, type Table } from '@slimbed/core'
import { codesOf, factorsOf, valuesOf } from '@slimbed/runtime/kinds'
import { bytesOf } from '../express/builder.js'
import { valuesOfRows } from '../express/kinds/values.js'
import type { Weight } from '../model/types.js'

/** The codes of a table, one in a number each. */
function numbersOf(codes: Uint8Array, rows: number, dim: number, bits: number): Uint8Array | Uint16Array {
  const out = bits <= 8 ? new Uint8Array(rows * dim) : new Uint16Array(rows * dim)
  const [rowBytes, mask] = [codeBytes(dim, bits), 2 ** bits - 1]
  for (let row = 0, at = 0; row < rows; row++) {
    for (let j = 0; j < dim; j++, at++) {
      const bit = j * bits
      const byte = row * rowBytes + (bit >> 3)
      const word = codes[byte] | ((codes[byte + 1] ?? 0) << 8) | ((codes[byte + 2] ?? 0) << 16)
      out[at] = (word >> (bit & 7)) & mask
    }
  }
  return out
}

/** A table as a weight that tfjs makes float32 as it loads it; undefined for one that cannot be. */
function weightOf(name: string, table: Table): Weight | undefined {
  const { rows, dim } = table
  const spec = { name, shape: [rows, dim], dtype: 'float32' }
  const values = valuesOf(table)
  if (values?.dtype === 'F16' && values.data instanceof Uint16Array) {
    return { spec: { ...spec, quantization: { dtype: 'float16' } }, bytes: bytesOf(values.data) }
  }
  if (values) return { spec, bytes: bytesOf(valuesOfRows(table)) }
  const parts = codesOf(table)
  if (!parts || typeof parts.zero !== 'number' || parts.scale.data.length !== 1) return undefined
  const [scale] = floatsOf(parts.scale)
  const numbers = numbersOf(parts.codes, rows, dim, parts.bits)
  const dtype = numbers instanceof Uint8Array ? 'uint8' : 'uint16'
  return { spec: { ...spec, quantization: { dtype, scale, min: -parts.zero * scale } }, bytes: bytesOf(numbers) }
}

/** What stands for a table: the weight of its `Embedding` layer, and that of a `Dense` layer after it. */
export interface LayerWeights {
  readonly embeddings: Weight
  readonly kernel: Weight | undefined
}

/** The weights of a table. Throws `unsupported` for kinds that stock layers cannot hold. */
export function layerWeights(name: string, kernel: string, table: Table): LayerWeights {
  const factors = factorsOf(table)
  const embeddings = weightOf(name, factors?.left ?? table)
  const after = factors && weightOf(kernel, factors.right)
  if (embeddings && (!factors || after)) return { embeddings, kernel: after }
  throw new SlimbedError(
    'unsupported',
    `tables of the kind ${table.kind} cannot be weights of stock layers: take fixedpoint(bits=8, scale=table), fixedpoint(format=f16) or lowrank, alone or before one of these`
  )
}
