import { type Matrix, type SafetensorsEntry, SlimbedError, type Source } from '@slimbed/runtime'
import { type ElementType, toFloat32 } from '../binary/elements.js'
import { whereFinite } from '../binary/stored-matrix.js'
import { shownTensor } from './list.js'

/** Numbers that blocks of a matrix are times: one for `height × width` values. */
interface Scales {
  readonly values: Float32Array
  readonly across: number
  readonly height: number
  readonly width: number
}

type Shape = Pick<Matrix, 'rows' | 'dim'>

/** Rows or columns of the blocks of checkpoints in 8 bits. */
const usualBlock = 128

/** How many of `size` rows or columns have one of `count` numbers; undefined where that cannot be told. */
function blockOf(size: number, count: number): number | undefined {
  if (count === 1) return size
  if (count === size) return 1
  if (count === Math.ceil(size / usualBlock)) return usualBlock
  return size % count === 0 ? size / count : undefined
}

const types: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16', 'F64'])

/**
 * The scales in a tensor: one for all, for each row or column, or for blocks. Rejects with `bad-input` for a shape or type that is none, `what` names both
 * tensors.
 */
async function readScales(
  source: Source,
  entry: SafetensorsEntry,
  { rows, dim }: Shape,
  what: string
): Promise<Scales> {
  const { shape, dtype, begin, end } = entry
  const [down, across] = shape.length === 2 ? shape : [shape.length === 1 ? shape[0] : shape.length === 0 ? 1 : 0, 1]
  const [height, width] = [blockOf(rows, down), blockOf(dim, across)]
  if (!types.has(dtype) || height === undefined || width === undefined || down * across === 0) {
    const expected = 'floats for the whole matrix, for rows, or for blocks of it'
    throw new SlimbedError('bad-input', `${what}: expected ${expected}; it is ${shownTensor(entry)}`)
  }
  const values = toFloat32(await source.read(begin, end - begin), dtype as ElementType)
  return { values, across, height, width }
}

function multiply(block: Float32Array, start: number, dim: number, { values, across, height, width }: Scales): void {
  for (let at = 0, row = start; at < block.length; at += dim, row++) {
    const own = Math.floor(row / height) * across
    for (let j = 0; j < dim; j++) block[at + j] *= values[own + Math.floor(j / width)]
  }
}

/** The tensor of the scales of a matrix of 8 bits, by the names that checkpoints give it. */
export const scalesBeside = (
  tensors: ReadonlyMap<string, SafetensorsEntry>,
  name: string
): SafetensorsEntry | undefined => tensors.get(`${name}_scale_inv`) ?? tensors.get(`${name}_scale`)

/** A matrix times its scales. Rejects as `readScales` does; reads reject with `bad-input` for values that are not finite. */
export async function scaledMatrix(
  source: Source,
  matrix: Matrix,
  entry: SafetensorsEntry,
  what: string
): Promise<Matrix> {
  const { rows, dim, unchecked = matrix } = matrix
  const scales = await readScales(source, entry, matrix, what)
  const scaled: Matrix = {
    rows,
    dim,
    async read(start, count, into) {
      const block = await unchecked.read(start, count, into)
      multiply(block, start, dim, scales)
      return block
    }
  }
  return whereFinite(scaled, source.name)
}
