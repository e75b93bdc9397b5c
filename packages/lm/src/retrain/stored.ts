import { type Compressor, materialize, type Table } from '@slimbed/core'
import { type Means, rewritten, standIn } from '@slimbed/train/network'
import type { Network, Tables } from './network.js'

/** Both tables of a network as they are stored: quantized with `quantize`, or else unchanged, over the parameters' data. */
export async function storedTables(
  { embedding, softmax }: Network,
  quantize: Compressor | undefined,
  means: Means
): Promise<Tables> {
  const stored = async (table: Table) => (quantize ? materialize(await rewritten(table, quantize, means)) : table)
  return { embedding: await stored(embedding.table()), softmax: await stored(softmax.table()) }
}

/** Makes forward passes use both tables as they are stored. */
export async function seeStored(
  { embedding, softmax }: Network,
  quantize: Compressor | undefined,
  means: Means
): Promise<void> {
  if (!quantize) return
  await standIn(embedding, quantize, means)
  await standIn(softmax, quantize, means)
}
