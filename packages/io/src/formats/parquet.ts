import { SlimbedError } from '@slimbed/runtime'
import { begins, type Format } from './format.js'

/** A column of lists of numbers. What reads it is loaded where it is needed, in Node. */
export const parquet: Format<'parquet'> = {
  name: 'parquet',
  detect: ({ head }) => begins(head, 0x50, 0x41, 0x52, 0x31) && head[4] < 32,
  async read(input, options) {
    if (input.parquet) return (await import('../parquet/read-parquet.js')).readParquet(input, input.parquet, options)
    const instead = 'save the column as text or .npy (pandas: read_parquet, to_csv with sep=" ")'
    throw new SlimbedError(
      'unsupported',
      `${input.name}: this is a Parquet file, which is read in Node only: ${instead}`
    )
  }
}
