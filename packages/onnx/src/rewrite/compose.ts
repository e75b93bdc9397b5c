import { isSlimbedError, type Table } from '@slimbed/core'
import type { Found, FoundTable } from '../find/tables.js'
import { editModel } from '../model/edit.js'
import type { NewTensor } from '../model/encode.js'
import type { Model } from '../model/model.js'
import { type Chunks, sizeOf } from '../wire/writer.js'
import { type DataFile, layOut } from './layout.js'
import { outsideOfInput } from './make-table.js'
import type { Into, OnnxInput, RewriteOptions } from './options.js'
import { type PlacedHead, type Replacement, writeTables } from './write.js'

/** A model with other tables: its file and its second one, and the tensors of each table. */
export interface Composed {
  readonly chunks: Chunks
  readonly data: DataFile | undefined
  readonly tensors: readonly (readonly NewTensor[])[]
  readonly heads: readonly (readonly PlacedHead[])[]
}

/** Writes a model with other tables. */
export type Compose = (replacements: readonly Replacement[]) => Promise<Composed>

/** What writes a model with other tables. It throws as `writeTables` and `layOut`. */
export const composer =
  (model: Model, found: Found, input: OnnxInput, { dataName = 'model.onnx_data', contrib }: RewriteOptions): Compose =>
  async (replacements) => {
    const { edit, tensors, heads } = writeTables(model, found, replacements, contrib)
    const { data, ...places } = await layOut(model.graph, edit.dropped, tensors.flat(), dataName, outsideOfInput(input))
    return { chunks: editModel(model, { ...edit, ...places }), data, tensors, heads }
  }

const bytesOf = ({ chunks, data }: Composed): number => sizeOf(chunks) + (data?.bytes ?? 0)
/** Bytes of a table and of its copies. */
export const bytesIn = ({ bytes, copies }: FoundTable): number => bytes * (1 + copies.length)
const valuesIn = (tables: readonly FoundTable[]): number => tables.reduce((sum, { rows, dim }) => sum + rows * dim, 0)

/** Where the first of some tables goes, when `made` are made. */
export async function intoFile(
  made: readonly Replacement[],
  [table, ...later]: readonly FoundTable[],
  compose: Compose
): Promise<Into> {
  const laterBytes = later.reduce((sum, one) => sum + bytesIn(one), 0)
  const beside = bytesOf(await compose(made)) - bytesIn(table) - laterBytes
  return {
    beside,
    share: valuesIn([table]) / valuesIn([table, ...later]),
    async sizeOf(own: Table) {
      try {
        return bytesOf(await compose([...made, { found: table, table: own }])) - laterBytes - beside
      } catch (error) {
        if (isSlimbedError(error, 'unsupported')) return undefined
        throw error
      }
    }
  }
}
