import type { Table } from '../table/table.js'
import { ruleOf, weightsRules } from './rules.js'

/**
 * The importance of the rows of each child, by its name, given that of the rows of a table, `rows` values: by the table's own
 * method or the rule of its kind. A child without known weights is left out.
 */
export function weightsOfChildren(table: Table, weights: Float32Array): ReadonlyMap<string, Float32Array> {
  const names = Object.keys(table.children)
  const found = table.weightsFor ? {} : (ruleOf(weightsRules, table)?.(table, weights) ?? {})
  return new Map(
    names.flatMap((name) => {
      const own = table.weightsFor
        ? table.weightsFor(name, weights)
        : Object.hasOwn(found, name)
          ? found[name]
          : undefined
      return own ? [[name, own] as const] : []
    })
  )
}
