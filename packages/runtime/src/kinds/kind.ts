import { fail, quote } from '../check.js'
import type { Children, JsonObject, Table, TableKind, Tensors } from '../table.js'
import { type DType, elements, type Tensor } from '../tensor.js'

/** A kind made of a function that throws `bad-input` for parts that do not fit: reading a file turns that into `corrupt-file`. */
export const defineKind = (
  kind: string,
  load: (config: JsonObject, tensors: Tensors, children: Children) => Table
): TableKind => ({ kind, load })

/** What a tensor says of itself, here or in a file. */
interface Typed {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data?: { readonly length: number }
}

/** The tensor `name`; throws `bad-input` unless it is there, of one of the types and with `dims` dimensions. */
export function tensorOf<D extends DType, T extends Typed = Tensor<D>>(
  tensors: Readonly<Record<string, Typed>>,
  name: string,
  dtypes: readonly D[],
  dims: number
): T {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined
  if (!tensor) fail('bad-input', `the tensor ${quote(name)} is missing`)
  const { dtype, shape, data } = tensor
  if (!dtypes.some((type) => type === dtype) || shape.length !== dims || (data && elements(shape) !== data.length)) {
    const wanted = `${dtypes.join(' or ')} of ${dims} dimension${dims > 1 ? 's' : ''}`
    fail(
      'bad-input',
      `the tensor ${quote(name)}: expected ${wanted}, got ${dtype} [${shape}] of ${data?.length} elements`
    )
  }
  return tensor as Typed as T
}

/** Types of indices, narrowest first. */
export const indexTypes = ['U8', 'U16', 'U32'] as const

/** The tensor of an array of indices. */
export function indexTensor(data: Uint8Array | Uint16Array | Uint32Array): Tensor<'U8' | 'U16' | 'U32'> {
  const dtype = indexTypes[data.BYTES_PER_ELEMENT >> 1]
  return { dtype, shape: [data.length], data }
}
