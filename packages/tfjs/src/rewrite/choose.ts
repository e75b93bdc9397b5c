import { SlimbedError } from '@slimbed/core'
import { type FoundTable, findTables } from '../find/tables.js'
import { findLayerTables } from '../layers/find.js'
import { isLayersModel, layersOf } from '../layers/types.js'
import { readGraphModel, type TfjsInput } from '../model/read.js'
import { readWeights, storedAs } from '../model/weights.js'
import type { TfjsTable } from './options.js'

/** A line about a table, for messages. */
export const told = ({ name, rows, dim }: Pick<FoundTable, 'name' | 'rows' | 'dim'>): string =>
  `${JSON.stringify(name)} (${rows} × ${dim})`

/** The tables of these names; without names the largest one. Throws `not-found` with the names that there are. */
export function chooseTables<T extends Pick<FoundTable, 'name' | 'rows' | 'dim'>>(
  tables: readonly T[],
  names: readonly string[] | undefined
): readonly T[] {
  if (tables.length === 0) {
    throw new SlimbedError(
      'not-found',
      'the model has no embedding table: no matrix of float32 that a node takes rows of'
    )
  }
  if (!names || names.length === 0) {
    return [tables.reduce((a, b) => (b.rows * b.dim > a.rows * a.dim ? b : a))]
  }
  return [...new Set(names)].map((name) => {
    const found = tables.find((table) => table.name === name)
    if (found) return found
    throw new SlimbedError(
      'not-found',
      `there is no table ${JSON.stringify(name)}; there are ${tables.map(told).join(', ')}`
    )
  })
}

/** Throws `unsupported` where a table is used in ways that would be lost. */
export function checkUses(table: FoundTable): void {
  const [use] = table.otherUses
  if (!use) return
  const what = `table ${told(table)} is also an input of ${use.op} "${use.name}"`
  throw new SlimbedError('unsupported', `${what}: it would stay in the file beside the new one`)
}

/** The tables of a model, in the order of its nodes or layers. Rejects as `readGraphModel` does. */
export async function tfjsTables(input: TfjsInput): Promise<TfjsTable[]> {
  if (isLayersModel(input.json)) {
    const weights = await readWeights(input.json.weightsManifest, input.read)
    return findLayerTables({ ...layersOf(input.json), weights }).map(({ name, rows, dim, weight }) => {
      const stored = { stored: storedAs(weight.spec), bytes: weight.bytes.length }
      return { name, rows, dim, ...stored, lookups: 1, otherUses: [] }
    })
  }
  return findTables(await readGraphModel(input)).map(({ name, rows, dim, weight, lookups, otherUses }) => ({
    ...{ name, rows, dim, stored: storedAs(weight.spec), bytes: weight.bytes.length, lookups: lookups.length },
    otherUses: otherUses.map(({ op }) => op)
  }))
}
