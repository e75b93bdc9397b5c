/** @import { Pipelines } from './model.mjs' */

/**
 * What both tables are made of, and the losses in nats a token that are measured so far.
 * @typedef {{ name: 'trellis' | 'groupreduce', target: number, pipelines: Pipelines }} Wanted
 * @typedef {{ validation?: number, test?: number }} Losses
 * @typedef {Wanted & Losses & { bytes: { embedding: number, softmax: number } }} Row
 * @typedef {{ original: Losses, rows: Row[] }} State
 */

/** Bytes of both tables in float32. */
export const whole = 16_000_000

/** How much smaller both tables together become. */
export const targets = [40, 32, 26, 16]

/** Shares of the bytes that the embedding gets, the one that is measured first before the others. */
export const shares = /** @type {const} */ ([0.39, 0.36, 0.42])

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

/** `groupreduce` before the codes, at one size.
 * @type {Wanted}
 */
export const reduced = {
  name: 'groupreduce',
  target: 26,
  pipelines: {
    embedding: 'groupreduce(ratio=2) | trellis(ratio=18)',
    softmax: 'groupreduce(ratio=1.25) | trellis(ratio=16)'
  }
}

/** The split that the validation text finds best, or the only one. */
export const best = (/** @type {State} */ { rows }, /** @type {number} */ target) =>
  rows
    .filter((row) => row.name === 'trellis' && row.target === target)
    .sort((a, b) => (a.validation ?? 1e9) - (b.validation ?? 1e9))[0]
