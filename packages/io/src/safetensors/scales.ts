import { type Matrix, type SafetensorsEntry, SlimbedError, type Source } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import { type ElementType, toFloat32 } from '../binary/elements.js'
import { whereFinite } from '../binary/stored-matrix.js'
import { shownTensor } from './list.js'

/** Where the scales of a matrix lie: `down × across` of them, one for each `height × width` values. */
interface Scales {
  readonly source: Source
  readonly begin: number
  readonly dtype: string
  readonly down: number
  readonly across: number
  readonly height: number
  readonly width: number
}

type Shape = Pick<Matrix, 'rows' | 'dim'>

/** How many of `size` rows or columns have one of `count` numbers; undefined where that cannot be told. Blocks are powers of two, if that fits. */
function blockOf(size: number, count: number): number | undefined {
  if (count === 1) return size
  if (count === size) return 1
  if (count > size) return undefined
  const power = 2 ** Math.ceil(Math.log2(size / count))
  if (Math.ceil(size / power) === count) return power
  return size % count === 0 ? size / count : undefined
}

/** Rows and columns of scales. In one dimension they are of the rows, or of the columns where there are as many. */
function gridOf(shape: readonly number[], { rows, dim }: Shape): readonly [down: number, across: number] | undefined {
  const [first = 1, second = 1] = shape
  if (shape.length === 0 || shape.length === 2) return [first, second]
  if (shape.length > 2) return undefined
  if (first === 1 || first === rows) return [first, 1]
  return first === dim ? [1, first] : undefined
}

/** Bytes of a scale; `F8_E8M0` is a power of two. */
const types: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2, F64: 8, F8_E8M0: 1 }

/** Of the type `F8_E8M0`: its exponent, and 255 for no number. */
const powers = Float32Array.from({ length: 256 }, (_, code) => (code === 255 ? Number.NaN : 2 ** (code - 127)))

const valuesOf = (bytes: Uint8Array, dtype: string) =>
  dtype === 'F8_E8M0' ? Float32Array.from(bytes, (code) => powers[code]) : toFloat32(bytes, dtype as ElementType)

/** Scales in a tensor: one for all, for each row or column, or for blocks. Throws `bad-input` for a shape or type that is none. */
function scalesIn(source: Source, entry: SafetensorsEntry, { rows, dim }: Shape, what: string): Scales {
  const { shape, dtype, begin } = entry
  const [down, across] = gridOf(shape, { rows, dim }) ?? [0, 0]
  const [height, width] = [blockOf(rows, down), blockOf(dim, across)]
  if (types[dtype] === undefined || down * across === 0 || height === undefined || width === undefined) {
    const expected = 'floats for the whole matrix, for rows, or for blocks of it'
    throw new SlimbedError('bad-input', `${what}: expected ${expected}; it is ${shownTensor(entry)}`)
  }
  return { source, begin, dtype, down, across, height, width }
}

/** Rows of scales in memory. */
interface Held {
  readonly first: number
  readonly last: number
  readonly values: Float32Array
}

/** Scales that are read at a time. */
const atOnce = 2 ** 20

/** Reads rows of scales; all of them, or of those that follow one another many, at a time. What was read last is kept. */
function rowsOf({ source, begin, dtype, down, across }: Scales) {
  const rowBytes = across * types[dtype]
  const most = Math.floor(atOnce / across)
  let held: Held = { first: 0, last: 0, values: new Float32Array() }
  return async (from: number, end: number): Promise<Float32Array> => {
    let { first, last, values } = held
    if (from < first || end > last) {
      const follows = from <= last && end > last
      first = down <= most ? 0 : from
      last = Math.min(down, down <= most || follows ? Math.max(end, first + most) : end)
      values = valuesOf(await source.read(begin + first * rowBytes, (last - first) * rowBytes), dtype)
      held = { first, last, values }
    }
    return values.subarray((from - first) * across, (end - first) * across)
  }
}

/** Multiplies rows from `start` on with scales, the first of which is that of `start`. */
function multiply(
  block: Float32Array,
  start: number,
  dim: number,
  scales: Float32Array,
  { across, height, width }: Scales
) {
  const first = Math.floor(start / height)
  for (let at = 0, row = start; at < block.length; at += dim, row++) {
    const own = (Math.floor(row / height) - first) * across
    for (let k = 0, j = 0; k < across; k++) {
      const scale = scales[own + k]
      for (const end = Math.min(dim, j + width); j < end; j++) block[at + j] *= scale
    }
  }
}

/** The names that checkpoints give the scales of a matrix of 8 bits. */
export const scaleNames = (name: string): readonly string[] => [
  `${name}_scale_inv`,
  `${name}_scale`,
  ...(/(?:^|\.)weight$/.test(name) ? [name.replace(/weight$/, 'scale')] : [])
]

/** The tensor of the scales of a matrix of 8 bits, by the names that checkpoints give it. */
export function scalesBeside(
  tensors: ReadonlyMap<string, SafetensorsEntry>,
  name: string
): SafetensorsEntry | undefined {
  const found = scaleNames(name).find((own) => tensors.has(own))
  return found === undefined ? undefined : tensors.get(found)
}

/** What the blocks are, for people. */
function shownBlocks({ height, width }: Scales, { rows, dim }: Shape): string {
  if (height === rows && width === dim) return 'one scale'
  if (width === dim) return height === 1 ? 'the scale of its row' : `the scale of its ${height} rows`
  if (height === rows) return width === 1 ? 'the scale of its column' : `the scale of its ${width} columns`
  return `the scale of its ${height} × ${width}`
}

/**
 * A matrix times scales that may lie in another file, `source`; in a line what they are, and whether the size of their blocks is a guess. Scales are read with the rows. Throws `bad-input` for those that do not fit, which
 * `what` names; reads reject with `bad-input` for values that are not finite.
 */
export function scaledMatrix(
  matrix: Matrix,
  name: string,
  source: Source,
  entry: SafetensorsEntry,
  what: string
): { matrix: Matrix; told: string; guessed: boolean } {
  const { rows, dim, unchecked = matrix } = matrix
  const scales = scalesIn(source, entry, matrix, what)
  const scaleRows = rowsOf(scales)
  const scaled: Matrix = {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      if (count === 0) return unchecked.read(start, count, into)
      const { height } = scales
      const own = scaleRows(Math.floor(start / height), Math.floor((start + count - 1) / height) + 1)
      const [block, values] = await Promise.all([unchecked.read(start, count, into), own])
      multiply(block, start, dim, values, scales)
      return block
    }
  }
  const { height, width } = scales
  return {
    matrix: whereFinite(scaled, name),
    told: `${what}: every value is taken times ${shownBlocks(scales, matrix)}`,
    guessed: ![1, rows].includes(height) || ![1, dim].includes(width)
  }
}
