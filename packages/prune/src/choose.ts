import { blocksOf, type Context, type Matrix, SlimbedError, throwIfAborted } from '@slimbed/core'
import { areFinite } from '@slimbed/core/numbers'

/** What each row is worth: its weight, if there are any above 0, times its norm. Rejects with `bad-input` for values that are not finite. */
export async function worthOf(matrix: Matrix, context: Context): Promise<Float64Array> {
  const { rows, dim } = matrix
  const weights = context.weights?.some((weight) => weight > 0) ? context.weights : undefined
  const worth = new Float64Array(rows)
  for await (const { start, count, data } of blocksOf(matrix)) {
    throwIfAborted(context.signal)
    if (!areFinite(data)) {
      const at = data.findIndex((value) => !Number.isFinite(value))
      const place = `row ${start + Math.floor(at / dim)}, column ${at % dim} is ${data[at]}`
      throw new SlimbedError('bad-input', `prune: ${place}: a finite number was expected`)
    }
    for (let i = 0, at = 0; i < count; i++) {
      let sum = 0
      for (const end = at + dim; at < end; at++) sum += data[at] * data[at]
      worth[start + i] = Math.sqrt(sum) * (weights ? weights[start + i] : 1)
    }
    context.progress(start + count, rows)
  }
  return worth
}

/** Whether each row is one of the `count` that are worth most; of equal ones, the first. */
export function chooseRows(worth: Float64Array, count: number): Uint8Array {
  const kept = new Uint8Array(worth.length)
  if (count === 0) return kept
  const limit = worth.slice().sort()[worth.length - count]
  let left = count
  for (let i = 0; i < worth.length; i++) {
    if (worth[i] <= limit) continue
    kept[i] = 1
    left--
  }
  for (let i = 0; i < worth.length && left > 0; i++) {
    if (worth[i] !== limit) continue
    kept[i] = 1
    left--
  }
  return kept
}

/** The numbers of the rows whose flag is `value`, rising. */
export const rowsWhere = (flags: Uint8Array, value: number): Uint32Array =>
  Uint32Array.from(flags.keys()).filter((row) => flags[row] === value)
