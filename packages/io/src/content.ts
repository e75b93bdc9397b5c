import type { Matrix, Vocabulary } from '@slimbed/core'

/** What the reader of a format makes of its input. */
export interface Content {
  readonly matrix: Matrix
  readonly vocabulary?: Vocabulary | undefined
  readonly warnings: readonly string[]
}
