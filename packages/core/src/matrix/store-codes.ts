import type { Table } from '@slimbed/runtime'
import { walk } from '@slimbed/runtime/kinds'
import type { Pass } from '../tensor/types.js'
import { type Keep, lazyOf, type Quantizer, type ReadTensor } from './lazy.js'
import { rewrite } from './rewrite.js'

/** Where tensors are passed on to, by their full names such as `left.codes`. */
export interface Store {
  readonly keep: Keep
  /** Undefined where what was passed on cannot be read again. */
  readonly read: ReadTensor | undefined
}

const replaceIn = (table: Table, node: Table, by: Table): Promise<Table> =>
  rewrite(table, (found) => (found === node ? Promise.resolve(by) : undefined))

/**
 * The same expression, in which all lazy codes have been computed and passed on to a store, and are read from there: they take no memory. `begin` is called
 * before the first with the final shapes of all tensors, and again if the types have to change; then everything is passed on again.
 *
 * Undefined where there are none, or the store cannot be read.
 */
export async function storeCodes(
  table: Table,
  quantizer: Quantizer,
  begin: (shaped: Table) => Store,
  pass: Pass
): Promise<Table | undefined> {
  const places = [...walk(table)].flatMap(({ path, table: node }) => (lazyOf(node)?.store ? [path] : []))
  if (places.length === 0) return undefined
  for (let shaped = table; ; ) {
    const { keep, read } = begin(shaped)
    if (!read) return undefined
    let done = shaped
    let retyped: Table | undefined
    for (const path of places) {
      const node = path.reduce((parent, name) => parent.children[name], shaped)
      const nameOf = (tensor: string) => [...path, tensor].join('.')
      const made = await lazyOf(node)?.store?.(
        quantizer,
        (tensor, bytes) => keep(nameOf(tensor), bytes),
        (tensor, from, length) => read(nameOf(tensor), from, length),
        pass
      )
      if (!made) continue
      if ('retyped' in made) {
        retyped = await replaceIn(shaped, node, made.retyped)
        break
      }
      done = await replaceIn(done, node, made.table)
    }
    if (!retyped) return done
    shaped = retyped
  }
}
