import { attributesOf, type Item } from '../model/graph.js'
import type { Model } from '../model/model.js'
import { elementBytes, types } from '../model/types.js'
import { type Constant, constantOf } from './constants.js'
import { type Head, headsAmong } from './heads.js'
import { type Decoded, decodedAfter, type Lookup, lookupOf, takesRows } from './lookups.js'
import { type Use, type Value, type Values, valuesOf } from './scope.js'

/**
 * How a table lies in a file: `plain`, its values or half floats of them, of which rows are taken; `codes`, of which rows are taken and
 * then decoded; `expanded`, computed as a whole before rows are taken, which costs memory whenever the model is loaded, or time whenever it is run.
 */
export type Form = 'plain' | 'codes' | 'expanded'

/** A table of a model: what `Gather` takes rows of. */
export interface FoundTable {
  /** The name of its tensor, the largest where it is made of several. */
  readonly name: string
  readonly rows: number
  readonly dim: number
  readonly form: Form
  /** The type of its rows in the model. */
  readonly type: number
  readonly constant: Constant
  readonly lookups: readonly Lookup[]
  /** Where it is multiplied with vectors. */
  readonly heads: readonly Head[]
  /** Tensors of the same values that only heads use. */
  readonly copies: readonly Constant[]
  /** Where it is used in other ways. */
  readonly otherUses: readonly Use[]
  /** Whether it leaves the graph as it is. */
  readonly leaves: boolean
  /** Bytes of its tensors. */
  readonly bytes: number
}

/** The tables of a model, and its values by name. */
export interface Found {
  readonly tables: readonly FoundTable[]
  readonly values: Values
}

const floats: readonly number[] = [types.FLOAT, types.FLOAT16, types.BFLOAT16, types.DOUBLE]
const codes: readonly number[] = [types.INT8, types.UINT8]

/** The tensors that a constant is made of. */
export const tensorsOf = (
  constant: Constant
): readonly (Constant & { readonly tensor: NonNullable<Constant['tensor']> })[] =>
  constant.tensor ? [constant] : constant.inputs.flatMap(tensorsOf)

const elementsIn = ({ dims }: Constant): number => dims.reduce((product, size) => product * size, 1)

function describe(constant: Constant): Pick<FoundTable, 'name' | 'rows' | 'dim' | 'type' | 'constant' | 'bytes'> {
  const tensors = tensorsOf(constant)
  const main = tensors.reduce((a, b) => (elementsIn(b) > elementsIn(a) ? b : a))
  const bytes = tensors.reduce((sum, each) => sum + elementsIn(each) * (elementBytes.get(each.type) ?? 0), 0)
  const [rows, dim] = constant.dims
  return { name: main.tensor.name || main.value.name, rows, dim, type: constant.type, constant, bytes }
}

/** Codes, the rows of which every lookup decodes alike. */
function tableOfCodes(
  value: Value,
  constant: Constant,
  rowsOf: ReadonlyMap<Item, Value>,
  values: Values
): FoundTable[] {
  const groups = new Map<string, { decoded: Decoded; lookups: Lookup[] }>()
  const otherUses: Use[] = []
  for (const use of value.uses) {
    const rows = takesRows(use) ? rowsOf.get(use.item) : undefined
    const decoded = rows && decodedAfter(rows, values)
    if (!decoded) {
      otherUses.push(use)
      continue
    }
    const key = decoded.use.node.inputs.slice(1).join('\n')
    const group = groups.get(key) ?? { decoded, lookups: [] }
    group.lookups.push(lookupOf(use, decoded.use))
    groups.set(key, group)
  }
  return [...groups.values()].map(({ decoded: { use, grid }, lookups }) => {
    const { node } = use
    const attributes = attributesOf(node)
    const made: Constant = {
      value,
      node,
      attributes,
      inputs: [constant, ...grid],
      type: grid[0].type,
      dims: constant.dims
    }
    const others = groups.size === 1 ? otherUses : value.uses
    return { ...describe(made), form: 'codes', lookups, heads: [], copies: [], otherUses: others, leaves: value.leaves }
  })
}

/** Every table of a model, in the order of the file. Throws as `valuesOf`. */
export function findTables(model: Model): Found {
  const values = valuesOf(model)
  const rowsOf = new Map<Item, Value>()
  for (const value of values.all) if (value.item?.node) rowsOf.set(value.item, value)
  const tables = values.all.flatMap((value): FoundTable[] => {
    if (!value.uses.some(takesRows)) return []
    const constant = constantOf(value, values)
    if (constant?.dims.length !== 2 || constant.dims.some((size) => !(size >= 1))) return []
    if (codes.includes(constant.type)) return tableOfCodes(value, constant, rowsOf, values)
    if (!floats.includes(constant.type)) return []
    const lookups = value.uses.filter(takesRows).map((use) => lookupOf(use))
    const others = value.uses.filter((use) => !takesRows(use))
    const plain = constant.tensor && (constant.type === types.FLOAT || constant.type === types.FLOAT16)
    const { heads, others: otherUses } = plain ? headsAmong(others, false, values) : { heads: [], others }
    const form = constant.tensor ? 'plain' : 'expanded'
    return [{ ...describe(constant), form, lookups, heads, copies: [], otherUses, leaves: value.leaves }]
  })
  return { tables, values }
}
