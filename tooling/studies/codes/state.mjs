import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** @import { Row } from './measure.mjs' */

/**
 * What was measured of a table: each family's pipelines, and `trellis` with one part left out.
 * @typedef {{ name: string, title: string, rows: number, dim: number, measured: Row[], without: Row[] }} Measured
 */

/**
 * What was measured before, and a function that keeps it.
 * @template State
 * @param {URL} path
 * @param {State} none
 * @returns {{ state: State, keep: () => void }}
 */
export function stateAt(path, none) {
  /** @type {State} */
  const state = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : none
  // Seven digits are more than any figure of the page shows.
  const rounded = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    typeof value === 'number' ? Number(value.toPrecision(7)) : value
  return { state, keep: () => writeFileSync(path, `${JSON.stringify(state, rounded, 1)}\n`) }
}
