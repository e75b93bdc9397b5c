import type { Table } from '@slimbed/core'
import type { Parameter } from '../parameter.js'
import type { Selection } from '../selection.js'

/** The result of a forward step, and the way back. */
export interface Pass {
  readonly value: Float32Array
  /** Adds to the gradients of the parameters, given the loss' gradient with respect to `value`. */
  backward(gradient: Float32Array): void | Promise<void>
}

/** A table that can be trained: the gradients of its parameters are those of the rows that were asked for. */
export interface TrainableTable {
  readonly rows: number
  readonly dim: number
  readonly parameters: readonly Parameter[]
  /** Combinations of rows, `selection.count × dim`. */
  combine(selection: Selection): Promise<Pass>
  /** The table as it is now, over the parameters' data, without copying. */
  table(): Table
}
