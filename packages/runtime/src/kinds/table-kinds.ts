import { denseKind } from './dense.js'
import { gatherKind } from './gather.js'
import type { TableKind } from './kind.js'
import { partitionKind } from './partition.js'
import { productKind } from './product.js'
import { quantizedKind } from './quantized.js'
import { sumKind } from './sum.js'

/** The kinds of node that every reader knows. */
export const tableKinds: readonly TableKind[] = [
  denseKind,
  quantizedKind,
  productKind,
  partitionKind,
  gatherKind,
  sumKind
]
