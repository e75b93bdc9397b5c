/** @import { Alone } from './alone.mjs'
import { Pipelines } from './model.mjs'
import { ReducedTry } from './reduced.mjs' */

/**
 * What both tables are made of, and the losses in nats a token that are measured so far.
 * @typedef {{ name: 'trellis' | 'groupreduce', target: number, pipelines: Pipelines }} Wanted
 * @typedef {{ validation?: number, test?: number }} Losses
 * @typedef {Wanted & Losses & { bytes: { embedding: number, softmax: number } }} Row
 * @typedef {{ original: Losses & { beginning?: number }, rows: Row[], alone?: Alone[], reduced?: ReducedTry[] }} State
 */

/** Bytes of both tables in float32. */
export const whole = 16_000_000

/** How much smaller both tables together become, in the order of measuring. */
export const targets = [26, 32, 40, 16]

/**
 * Shares of the bytes that the embedding may get, and the size at which the validation text chooses one, for all sizes. Until both are measured it
 * is the first.
 */
export const shares = /** @type {const} */ ([0.37, 0.39])
export const chosenAt = 26

const trellis = (/** @type {number} */ bytes) => `trellis(maxBytes=${Math.floor(bytes)}, weights=sqrt, clusters=0)`

/** @type {(target: number, share: number) => Wanted} */
export const split = (target, share) => ({
  name: 'trellis',
  target,
  pipelines: {
    embedding: trellis((whole / target) * share),
    softmax: trellis((whole / target) * (1 - share))
  }
})

/** The rows of all shares at the size where one is chosen, as far as they are measured. */
export const tried = (/** @type {State} */ { rows }) =>
  rows.filter(({ name, target, validation }) => name === 'trellis' && target === chosenAt && validation !== undefined)

/** Whether the shares are measured that one is chosen from. */
export const isChosen = (/** @type {State} */ state) => tried(state).length === shares.length

/** The share that the validation text finds best. */
export function bestShare(/** @type {State} */ state) {
  const lossOf = (/** @type {number} */ share) => {
    const { pipelines } = split(chosenAt, share)
    return tried(state).find((row) => row.pipelines.embedding === pipelines.embedding)?.validation ?? 0
  }
  return isChosen(state) ? shares.reduce((best, share) => (lossOf(share) < lossOf(best) ? share : best)) : shares[0]
}

/** The row of a size with the share that was chosen; undefined where it is not measured. */
export function chosen(/** @type {State} */ state, /** @type {number} */ target) {
  const { pipelines } = split(target, bestShare(state))
  return state.rows.find((row) => row.name === 'trellis' && row.pipelines.embedding === pipelines.embedding)
}
