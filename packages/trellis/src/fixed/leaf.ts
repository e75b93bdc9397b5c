import { quantized, type Table } from '@slimbed/core'
import { bitshift, packIndex } from '@slimbed/core/kinds/trellis'
import { numbersOf, reversed } from './bits.js'
import type { FixedCode } from './code.js'

/** Bits of a stored level: enough for its rounding not to count beside the error of values of so many bits. */
const levelBits = (most: number): number => 8 + Math.max(0, most - 3)

/** Bytes of a leaf besides its rows, with so many bits of gain: the codebooks, the bits and scales of columns, and the gains. */
export function sideBytes(window: number, bits: Uint8Array, gainBits: number): number {
  const numbers = numbersOf(bits)
  const level = levelBits(numbers[numbers.length - 1] ?? 0) / 8
  return numbers.length * (2 ** (window - 1) * level + 4) + 5 * bits.length + (gainBits > 0 ? 4 * 2 ** gainBits : 0)
}

/** Codebooks as they are stored: the half of them whose states begin with 0, by the states of the kind `bitshift`. */
function storeLevels({ window, numbers, levels }: FixedCode): Table {
  const states = 2 ** window
  const half = states / 2
  const bits = levelBits(numbers[numbers.length - 1])
  const top = 2 ** bits - 1
  const scales = Float32Array.from(numbers, (_, i) => {
    const largest = levels.subarray(i * states, (i + 1) * states).reduce((max, level) => Math.max(max, level), 0)
    return (2 * largest) / top || 1
  })
  const codes = Uint32Array.from({ length: numbers.length * half }, (_, at) => {
    const i = Math.floor(at / half)
    const level = levels[i * states + reversed(at % half, window)]
    return Math.min(top, Math.max(0, Math.round(level / scales[i] + top / 2)))
  })
  const scale = { dtype: 'F32', shape: [numbers.length, 1], data: scales } as const
  return quantized({ dim: half, bits, groupSize: half, codes: packIndex(codes, bits).index, scale, zero: top / 2 })
}

/** The code with its levels as they are stored, and the table of these. */
export function withStoredLevels(code: FixedCode): { readonly code: FixedCode; readonly table: Table } {
  const { window, numbers } = code
  const states = 2 ** window
  const table = storeLevels(code)
  const levels = new Float32Array(numbers.length * states)
  const row = new Float32Array(states / 2)
  for (let i = 0; i < numbers.length; i++) {
    table.readRow(i, row)
    for (let at = 0; at < row.length; at++) {
      const state = reversed(at, window)
      levels[i * states + state] = row[at]
      levels[i * states + states - 1 - state] = -row[at]
    }
  }
  return { code: { ...code, levels }, table }
}

/** The table of coded rows, which were multiplied by `multiplier` before. */
export function fixedLeaf(
  { dim, window, bits, scale, gains }: FixedCode,
  levels: Table,
  rows: number,
  parts: readonly Uint8Array[],
  multiplier: number
): Table {
  const stream = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    stream.set(part, at)
    at += part.length
  }
  return bitshift(
    {
      rows,
      window,
      bits,
      scale: { dtype: 'F32', shape: [dim], data: scale.map((value) => value / multiplier) },
      gains: gains && { dtype: 'F32', shape: [gains.length], data: gains },
      stream
    },
    levels
  )
}
