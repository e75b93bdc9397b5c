import { fail, quote } from '../check.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import type { BlockTools, Matrix, Quantized } from '../table/matrix.js'
import type { Asked, Factors, JsonObject, LoadNode, Parts, Table, Tensors, Values } from '../table/table.js'
import { type DType, elements, type Tensor } from '../table/tensor.js'

/** One kind of node. */
export interface TableKind {
  readonly kind: string
  /** How it is rebuilt from a file. */
  readonly load: LoadNode
  /** How some of its rows are read from a file without the others. Tables of kinds without this rule are read completely. */
  readonly select?: SelectRule
}

/** A kind made of a function that throws `bad-input` for parts that do not fit: reading a file turns that into `corrupt-file`. */
export const defineKind = (kind: string, load: LoadNode): TableKind => ({ kind, load })

/** The type and shape of a tensor, in memory or in a file. */
interface Typed {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data?: { readonly length: number }
}

/** The tensor `name`; throws `bad-input` unless it is there, of one of the types and with `dims` dimensions. */
export function tensorOf<D extends DType>(tensors: Tensors, name: string, dtypes: readonly D[], dims: number): Tensor<D>
export function tensorOf<T extends Typed>(
  tensors: Readonly<Record<string, T>>,
  name: string,
  dtypes: readonly DType[],
  dims: number
): T
export function tensorOf(
  tensors: Readonly<Record<string, Typed>>,
  name: string,
  dtypes: readonly DType[],
  dims: number
): Typed {
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
  return tensor
}

/** Types of indices, narrowest first. */
export const indexTypes = ['U8', 'U16', 'U32'] as const

/** The tensor of an array of indices. */
export function indexTensor(data: Uint8Array | Uint16Array | Uint32Array): Tensor<'U8' | 'U16' | 'U32'> {
  const dtype = indexTypes[data.BYTES_PER_ELEMENT >> 1]
  return { dtype, shape: [data.length], data }
}

/** What can be described to people: a table, or a node of one as a file describes it. */
export interface NodeParts {
  readonly kind: string
  readonly dim: number
  readonly config: JsonObject
  readonly tensors: Readonly<Record<string, Typed>>
}

// The shapes of the rules in `rules.ts`. Rules that get the functions for their operands as an argument return false if computing
// from the rows is faster.

/** A rule for one of the functions in `Asked`. */
type RuleFor<Name extends keyof Asked> = (...given: [...Parameters<Asked[Name]>, ask: Asked]) => boolean
export type AddRowsRule = RuleFor<'addRows'>
export type DotsRule = RuleFor<'dots'>
export type NormsRule = RuleFor<'squaredNorms'>
export type WeightsRule = (table: Table, weights: Float32Array) => Readonly<Record<string, Float32Array>>
export type ExpandRule = (
  table: Table,
  operands: Readonly<Record<string, Matrix>>,
  tools: BlockTools
) => Matrix | Promise<Matrix>
export type SelectRule = (parts: RemoteParts) => Selection
export type ValuesRule = (table: Table) => Values
export type CodesRule = (table: Table) => Quantized
export type FactorsRule = (table: Table) => Factors
export type PartsRule = (table: Table) => Parts
export type SummaryRule = (node: NodeParts) => string
