import type { NewNode } from '../model/encode.js'
import { types } from '../model/types.js'
import { createBuilder, type Pool } from './builder.js'
import { ending } from './lookup.js'
import { add, cast } from './operations.js'
import type { Tied } from './tied/pattern.js'

/** What a head must keep. */
export interface HeadPlace {
  readonly x: string
  readonly output: string
  readonly bias: string | undefined
  /** The type of vectors and products. */
  readonly type: number
}

/** The nodes of a head, and between which of its values the products are made, float32. */
export interface WrittenHead {
  readonly nodes: readonly NewNode[]
  readonly from: string
  readonly to: string
}

/** The nodes that multiply vectors with all rows of a table, as a head of the model did. */
export function writeHead(tied: Tied, { x, output, bias, type }: HeadPlace, opset: number, pool: Pool): WrittenHead {
  const b = createBuilder(opset, pool)
  const from = type === types.FLOAT ? x : cast(b, x, types.FLOAT)
  const products = tied.products(from, b)
  const typed = type === types.FLOAT ? products : cast(b, products, type)
  const made = bias === undefined ? typed : add(b, typed, bias)
  const nodes = ending(b.nodes, made, output, pool.fresh(output))
  return { nodes, from, to: made === products ? output : products }
}
