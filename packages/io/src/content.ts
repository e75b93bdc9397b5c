import type { Matrix, Vocabulary } from '@slimbed/core'
import type { VectorFormat } from './vectors.js'

/** What the reader of a format makes of its input. */
export interface Content {
  /** The format, where reading told more than the first bytes. */
  readonly format?: VectorFormat
  readonly matrix: Matrix
  readonly vocabulary?: Vocabulary | undefined
  readonly warnings: readonly string[]
}
