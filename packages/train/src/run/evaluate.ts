import { throwIfAborted } from '@slimbed/core'
import type { Model } from '../models/model.js'
import type { Multiply } from '../network/multiply.js'
import type { LookupTable } from '../network/nodes/node.js'
import { bestClasses } from '../network/softmax.js'
import type { Labelled } from '../text/task.js'

/** Texts of one forward pass. */
const batch = 200

/** The share of texts that a model classifies right. */
export async function accuracyOf(
  model: Model,
  table: LookupTable,
  { sentences, labels }: Labelled,
  classes: number,
  multiply: Multiply,
  signal?: AbortSignal
): Promise<number> {
  let right = 0
  for (let start = 0; start < sentences.length; start += batch) {
    throwIfAborted(signal)
    const { value } = await model.forward(sentences.slice(start, start + batch), table, multiply)
    const found = bestClasses(value, classes)
    for (let i = 0; i < found.length; i++) if (found[i] === labels[start + i]) right++
  }
  return right / sentences.length
}
