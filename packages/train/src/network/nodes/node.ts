import type { Table } from '@slimbed/core'
import type { Parameter } from '../parameter.js'
import type { Selection } from '../selection.js'

/** The result of a forward step, and the way back. */
export interface Pass {
  readonly value: Float32Array
  /** Adds to the gradients of the parameters, given the loss' gradient with respect to `value`. */
  backward(gradient: Float32Array): void | Promise<void>
}

/** The result of a forward step on an input, and the way back through it. */
export interface InputPass {
  readonly value: Float32Array
  /** Adds to the gradients of the parameters; resolves to the loss' gradient with respect to the input. */
  backward(gradient: Float32Array): Promise<Float32Array>
}

/** A table whose rows are looked up. */
export interface LookupTable {
  readonly rows: number
  readonly dim: number
  readonly parameters: readonly Parameter[]
  /** Combinations of rows, `selection.count × dim`. */
  combine(selection: Selection): Promise<Pass>
  /** The table as it is now, over the parameters' data, without copying. */
  table(): Table
}

/** A table that can be trained: the gradients of its parameters are those of the rows that were asked for. */
export interface TrainableTable extends LookupTable {
  /** The products of every row with `count` vectors, `rows × count`; the vectors are `count × dim`. */
  score(vectors: Float32Array, count: number): Promise<InputPass>
}
