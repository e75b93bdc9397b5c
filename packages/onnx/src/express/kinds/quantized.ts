import { floatsOf, SlimbedError } from '@slimbed/core'
import { codesOf } from '@slimbed/runtime/kinds'
import { codeDistances, codeLevels, withGrid } from '../codes.js'
import type { Pattern } from '../pattern.js'

/**
 * Bytes of codes, and a list of what each byte stands for (8 bits: `Cast`); then less the zeros and times the scales of the row, of groups in
 * it, or of the columns. One scale for all is in the list.
 */
export const quantized: Pattern = (table, ids, key, { b }) => {
  const parts = codesOf(table)
  if (!parts) throw new SlimbedError('unsupported', 'a quantized table without codes')
  const { dim, bits, groupSize, codes, scale, zero } = parts
  const { rows } = table
  const given = { rows, dim, bits, codes }
  const scales = floatsOf(scale)
  const grid = { groupSize, dim }
  if (typeof zero === 'number' && scales.length === 1 && bits < 8) {
    const levels = Float32Array.from({ length: 2 ** bits }, (_, code) => (code - zero) * scales[0])
    return codeLevels(b, key, given, levels, ids)
  }
  const constantZero = typeof zero === 'number' ? zero : 0
  const distances = codeDistances(b, key, given, constantZero, ids)
  const moved =
    typeof zero === 'number'
      ? distances
      : withGrid(b, `${key}.zero`, 'Sub', distances, { ...grid, values: floatsOf(zero) }, ids)
  return withGrid(b, `${key}.scale`, 'Mul', moved, { ...grid, values: scales }, ids)
}
