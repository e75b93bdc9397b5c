import { isSlimbedError, type Table } from '@slimbed/core'
import type { FoundTable } from '../find/tables.js'
import type { GraphModel } from '../model/types.js'
import type { Into } from './options.js'
import { type WrittenTable, writeModel, writeTableOf } from './write.js'

const valuesIn = (tables: readonly FoundTable[]): number => tables.reduce((sum, { rows, dim }) => sum + rows * dim, 0)

/** Where the first of some tables goes, when others are written. */
export function intoFiles(
  model: GraphModel,
  written: readonly WrittenTable[],
  [table, ...later]: readonly FoundTable[],
  shardName: string
): Into {
  const laterBytes = later.reduce((sum, { weight }) => sum + weight.bytes.length, 0)
  const bytesWith = (tables: readonly WrittenTable[]): number => {
    const { json, shards } = writeModel(model, tables, shardName)
    return new TextEncoder().encode(json).length + shards.reduce((sum, { bytes }) => sum + bytes.length, 0) - laterBytes
  }
  const beside = bytesWith(written) - table.weight.bytes.length
  return {
    beside,
    share: valuesIn([table]) / valuesIn([table, ...later]),
    async sizeOf(own: Table) {
      try {
        return bytesWith([...written, writeTableOf(model, table, own)]) - beside
      } catch (error) {
        if (isSlimbedError(error, 'unsupported')) return undefined
        throw error
      }
    }
  }
}
