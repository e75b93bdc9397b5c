import { fail, quote } from '../check.js'
import { isSlimbedError, SlimbedError } from '../error.js'
import type { Children, JsonObject, Table, TableKind, Tensors } from '../table.js'
import { type DType, elements, type Tensor } from '../tensor.js'

/** A kind made of a function that throws `bad-input` for parts that do not fit: `load` turns that into `corrupt-file`. */
export function defineKind(
  kind: string,
  make: (config: JsonObject, tensors: Tensors, children: Children) => Table
): TableKind {
  return {
    kind,
    load(config, tensors, children) {
      try {
        return make(config, tensors, children)
      } catch (error) {
        if (!isSlimbedError(error, 'bad-input')) throw error
        throw new SlimbedError('corrupt-file', error.message, { cause: error })
      }
    }
  }
}

/** The tensor `name`; throws `bad-input` unless it is there, of one of the types and with `dims` dimensions. */
export function tensorOf<D extends DType>(
  tensors: Tensors,
  name: string,
  dtypes: readonly D[],
  dims: number
): Tensor<D> {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined
  const wanted = `${dtypes.join(' or ')} of ${dims} dimension${dims > 1 ? 's' : ''}`
  if (tensor === undefined) fail('bad-input', `the tensor ${quote(name)} is missing: expected ${wanted}`)
  const { dtype, shape, data } = tensor
  if (!dtypes.some((type) => type === dtype) || shape.length !== dims || elements(shape) !== data.length) {
    fail(
      'bad-input',
      `the tensor ${quote(name)}: expected ${wanted}, got ${dtype} [${shape}] of ${data.length} elements`
    )
  }
  return tensor as Tensor<D>
}

/** The child `name`; throws `bad-input` when there is none. */
export function childOf(children: Children, name: string): Table {
  const child = Object.hasOwn(children, name) ? children[name] : undefined
  return child ?? fail('bad-input', `the child ${quote(name)} is missing`)
}

/** Types of indices, narrowest first. */
export const indexTypes = ['U8', 'U16', 'U32'] as const

/** The tensor of an array of indices. */
export function indexTensor(data: Uint8Array | Uint16Array | Uint32Array): Tensor<'U8' | 'U16' | 'U32'> {
  const dtype = indexTypes[data.BYTES_PER_ELEMENT >> 1]!
  return { dtype, shape: [data.length], data }
}
