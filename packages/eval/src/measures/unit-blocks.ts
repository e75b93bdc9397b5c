import { type Block, blocksOf, expand, type Table, type TensorAdapter, throwIfAborted } from '@slimbed/core'
import { normalizeRows } from '@slimbed/core/numbers'

/** The first `limit` rows of a table in blocks, each row of length 1. */
export async function* unitBlocks(
  table: Table,
  limit: number,
  tensor: TensorAdapter,
  signal?: AbortSignal
): AsyncGenerator<Block> {
  const matrix = await expand(table, tensor)
  const first = { ...matrix, rows: Math.min(limit, table.rows) }
  for await (const { start, count, data } of blocksOf(first)) {
    throwIfAborted(signal)
    // The memory may be the table's own.
    const unit = data.slice(0, count * table.dim)
    normalizeRows(unit, table.dim)
    yield { start, count, data: unit }
  }
}
