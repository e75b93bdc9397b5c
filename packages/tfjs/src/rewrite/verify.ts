import { SlimbedError, type Table, throwIfAborted } from '@slimbed/core'
import type { FoundTable } from '../find/tables.js'
import { told } from './choose.js'
import type { Compared, RewriteTfjsOptions, TableName } from './options.js'
import { openLookup, type TfLookup } from './run-lookup.js'
import type { WrittenTable } from './write.js'

/** The largest difference that is taken for rounding, as a part of the values. */
const tolerance = 2 ** -14
const block = 256

async function compareRows(
  look: TfLookup,
  table: Table,
  where: string,
  step: (rows: number) => void
): Promise<Compared> {
  const { rows, dim } = table
  const [differences, sizes] = [new Float64Array(rows), new Float64Array(rows)]
  const expected = new Float32Array(dim)
  for (let start = 0; start < rows; start += block) {
    const count = Math.min(block, rows - start)
    const data = await look.take(start, count)
    if (data.length !== count * dim)
      throw new SlimbedError('unsupported', `${where}: ${data.length} values for ${count} rows`)
    for (let i = 0; i < count; i++) {
      table.readRow(start + i, expected)
      for (let j = 0; j < dim; j++) {
        const difference = Math.abs(data[i * dim + j] - expected[j])
        // A value that is no number is no rounding, either.
        differences[start + i] = difference >= 0 ? Math.max(differences[start + i], difference) : Infinity
        sizes[start + i] = Math.max(sizes[start + i], Math.abs(expected[j]))
      }
    }
    step(start + count)
  }
  const usual = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, rows)
  let largestDifference = 0
  for (let row = 0; row < rows; row++) {
    const part = differences[row] === 0 ? 0 : differences[row] / Math.max(sizes[row], usual)
    if (!(part <= tolerance)) {
      throw new SlimbedError(
        'unsupported',
        `${where}: row ${row} differs by ${part.toPrecision(2)} of its values; nothing was written`
      )
    }
    largestDifference = Math.max(largestDifference, part)
  }
  return { rows, largestDifference }
}

/**
 * Takes every row by each of some lookups, in TensorFlow.js, and compares it with `readRow`. Rejects with `unsupported` where one
 * differs by more than rounding, and with `aborted`.
 */
export async function compareWith(
  lookups: readonly (() => Promise<TfLookup>)[],
  found: TableName,
  table: Table,
  { signal, onProgress }: RewriteTfjsOptions
): Promise<{ readonly compared: Compared; readonly version: string }> {
  let [largestDifference, version] = [0, '']
  const total = table.rows * lookups.length
  for (const [i, open] of lookups.entries()) {
    const look = await open()
    try {
      const compared = await compareRows(look, table, `table ${told(found)} in TensorFlow.js`, (done) => {
        throwIfAborted(signal)
        onProgress?.('verifying', i * table.rows + done, total)
      })
      largestDifference = Math.max(largestDifference, compared.largestDifference)
      version = look.version
    } finally {
      await look.close()
    }
  }
  return { compared: { rows: table.rows, largestDifference }, version }
}

/** The same by each lookup that was written of a graph model. */
export const verifyTable = (
  found: FoundTable,
  table: Table,
  written: WrittenTable,
  options: RewriteTfjsOptions
): ReturnType<typeof compareWith> =>
  compareWith(
    written.lookups.map((lookup) => () => openLookup(lookup, written)),
    found,
    table,
    options
  )
