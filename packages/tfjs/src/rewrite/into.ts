import { isSlimbedError, type Table } from '@slimbed/core'
import type { FoundTable } from '../find/tables.js'
import type { Into, Shard } from './options.js'

type Found = Pick<FoundTable, 'rows' | 'dim' | 'weight'>

/** What writes a table of a model, and the model with some that were written. */
export interface Files<F extends Found, W> {
  write(found: F, table: Table): W
  compose(written: readonly W[]): { readonly json: string; readonly shards: readonly Shard[] }
}

const valuesIn = (tables: readonly Found[]): number => tables.reduce((sum, { rows, dim }) => sum + rows * dim, 0)

/** Where the first of some tables goes, when others are written. */
export function intoFiles<F extends Found, W>(
  files: Files<F, W>,
  written: readonly W[],
  [table, ...later]: readonly F[]
): Into {
  const laterBytes = later.reduce((sum, { weight }) => sum + weight.bytes.length, 0)
  const bytesWith = (all: readonly W[]): number => {
    const { json, shards } = files.compose(all)
    return new TextEncoder().encode(json).length + shards.reduce((sum, { bytes }) => sum + bytes.length, 0) - laterBytes
  }
  const beside = bytesWith(written) - table.weight.bytes.length
  return {
    beside,
    share: valuesIn([table]) / valuesIn([table, ...later]),
    async sizeOf(own: Table) {
      try {
        return bytesWith([...written, files.write(table, own)]) - beside
      } catch (error) {
        if (isSlimbedError(error, 'unsupported')) return undefined
        throw error
      }
    }
  }
}
