import { randomAt, type Scheduler, SlimbedError, throwIfAborted } from '@slimbed/core'
import { areFinite } from '@slimbed/core/numbers'
import type { Multiply } from '../network/multiply.js'
import { crossEntropy } from '../network/softmax.js'
import { shuffled, type Task } from '../text/task.js'
import type { TrainOptions } from './options.js'
import type { Phase } from './phases.js'
import { parametersOf, type State } from './state.js'

/** What the epochs of a run share. */
export interface Run {
  readonly task: Task
  readonly options: TrainOptions
  readonly multiply: Multiply
  readonly schedule: Scheduler
  readonly signal: AbortSignal | undefined
}

/** Throws `bad-option`: training has diverged. */
function diverged(what: string, step: number, epoch: number, rate: number): never {
  const where = `at step ${step} (epoch ${epoch}, learning rate ${Number(rate.toPrecision(3))})`
  throw new SlimbedError('bad-option', `${what} ${where}: training diverged; give a schedule with a lower rate`)
}

/** A text without some of its words. At least one word is kept. */
function drop(sentence: Uint32Array, share: number, random: () => number): Uint32Array {
  const kept = sentence.filter(() => random() >= share)
  return kept.length > 0 ? kept : sentence.slice(0, 1)
}

/**
 * Trains for one epoch; `after` is awaited after every step, with the mean loss so far and the rate. Resolves to the mean
 * loss and the last rate.
 *
 * Rejects with `bad-option` when the loss or a parameter is no longer a finite number, and with `aborted`.
 */
export async function trainEpoch(
  { task, options, multiply, schedule, signal }: Run,
  state: State,
  { name }: Phase,
  after: (loss: number, rate: number) => Promise<void> | void
): Promise<{ loss: number; rate: number }> {
  const { batch, seed, wordDropout } = options
  const { sentences, labels } = task.train
  const epoch = state.epoch + 1
  const order = shuffled(sentences.length, randomAt(seed, ['order', name, String(epoch)]))
  const random = randomAt(seed, ['dropout', name, String(epoch)])
  const [before, classes] = [state.optimizer.steps, task.labels.length]
  let [sum, rate] = [0, 0]
  for (let start = 0; start < order.length; start += batch) {
    throwIfAborted(signal)
    const chosen = order.subarray(start, start + batch)
    const texts = Array.from(chosen, (i) => sentences[i])
    const some = wordDropout > 0 ? texts.map((text) => drop(text, wordDropout, random)) : texts
    const pass = await state.model.forward(some, state.table, multiply)
    const { value, gradient } = crossEntropy(
      pass.value,
      classes,
      chosen.map((i) => labels[i])
    )
    rate = schedule.rate(state.optimizer.steps)
    if (!Number.isFinite(value)) diverged(`the loss is ${value}`, state.optimizer.steps, epoch, rate)
    await pass.backward(gradient)
    state.optimizer.step(rate)
    sum += value
    await after(sum / (state.optimizer.steps - before), rate)
  }
  for (const { data } of parametersOf(state)) {
    if (!areFinite(data)) diverged('a parameter is no finite number', state.optimizer.steps - 1, epoch, rate)
  }
  return { loss: sum / (state.optimizer.steps - before), rate }
}
