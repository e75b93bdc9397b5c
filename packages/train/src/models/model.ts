import type { Multiply } from '../network/multiply.js'
import type { LookupTable, Pass } from '../network/nodes/node.js'
import type { Parameter } from '../network/parameter.js'

/** The sizes that a model is made for. */
export interface ModelShape {
  /** Columns of the table. */
  readonly dim: number
  readonly classes: number
}

/** A text classifier without its table. */
export interface Model {
  readonly parameters: readonly Parameter[]
  /** The scores of each class before softmax, `sentences × classes`, of sentences given as rows of the table. */
  forward(sentences: readonly Uint32Array[], table: LookupTable, multiply: Multiply): Promise<Pass>
}

/** Where the parameters of a model come from: a file, or what they begin with, given numbers uniform in [0, 1). */
export type Source = (
  name: string,
  rows: number,
  dim: number,
  initial: (random: () => number) => Float32Array
) => Parameter

/** How a kind of model is made. */
export type MakeModel = (shape: ModelShape, source: Source) => Model
