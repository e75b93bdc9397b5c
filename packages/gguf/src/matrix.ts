import { whereFinite } from '@slimbed/io'
import { type Matrix, SlimbedError, type Source } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import { decoders } from './decode/decode.js'
import type { GgufHeader, GgufTensor } from './header/header.js'
import { shownName } from './header/tensors.js'

/** The tensor with the vectors of the tokens. */
export const tokenTable = 'token_embd.weight'
/** The tensor that gives the logits; a file without it uses the token table. */
export const outputTable = 'output.weight'

/** Rows and columns of a tensor of two dimensions. */
export const shapeOf = ({ shape }: GgufTensor) => ({ rows: shape[0] ?? 0, dim: shape[1] ?? 0 })

const shown = ({ name, type, shape }: GgufTensor) => `${name} ${type} [${shape.join(', ')}]`

/** The most tensors that an error lists. */
const most = 12

function listed(tensors: readonly GgufTensor[]): string {
  const list = tensors.slice(0, most).map(shown).join(', ')
  return tensors.length > most ? `${list}, and ${tensors.length - most} more` : list || 'none'
}

/** What a file that is one of several says of where other tensors are: `; the model is in 3 files`. */
function elsewhere({ metadata }: GgufHeader): string {
  const count = metadata.get('split.count')
  return typeof count === 'number' && count > 1 ? `; the model is in ${count} files, of which this is one` : ''
}

/**
 * The matrix called `name` in a file: a tensor of two dimensions whose type is decoded. Throws `bad-input` where there is none, listing those of the
 * file, and `unsupported` for another type.
 */
export function tensorNamed(header: GgufHeader, name: string, file: string): GgufTensor {
  const found = header.byName.get(name)
  if (found?.shape.length !== 2) {
    const matrices = header.tensors.filter(({ shape }) => shape.length === 2)
    const why = found ? `is ${found.type} [${found.shape.join(', ')}], not a matrix` : 'is not there'
    const message = `${file}: tensor ${shownName(name)} ${why}${elsewhere(header)}; its matrices: ${listed(matrices)}`
    throw new SlimbedError('bad-input', message)
  }
  const { rows, dim } = shapeOf(found)
  if (rows === 0 || dim === 0) {
    throw new SlimbedError(
      'bad-input',
      `${file}: expected rows of vectors; tensor ${shownName(name)} is ${rows} × ${dim}`
    )
  }
  if (decoders.has(found.type)) return found
  const types = [...decoders.keys()].join(', ')
  throw new SlimbedError(
    'unsupported',
    `${file}: tensor ${shownName(name)} is ${found.type}; types that are read: ${types}`
  )
}

/**
 * A tensor of a GGUF file as a matrix, `rows × dim`, whose rows are read and decoded when asked for: each value is what gguf-py makes of it, bit
 * for bit.
 *
 * Throws as `tensorNamed`. Reads reject with `bad-input` for values that are not finite, and as the source does.
 */
export function ggufMatrix(source: Source, header: GgufHeader, name: string = tokenTable): Matrix {
  const tensor = tensorNamed(header, name, source.name)
  const { rows, dim } = shapeOf(tensor)
  const decode = decoders.get(tensor.type)
  const { begin, end = begin } = tensor
  const rowBytes = (end - begin) / rows
  const unchecked: Matrix = {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const bytes = await source.read(begin + start * rowBytes, count * rowBytes)
      const out = into ?? new Float32Array(count * dim)
      decode?.(bytes, out)
      return out
    }
  }
  return whereFinite(unchecked, source.name)
}
