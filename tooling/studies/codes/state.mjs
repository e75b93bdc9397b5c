import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** @import { Row } from './measure.mjs' */

/**
 * What was measured of a table: each family's pipelines, faiss's codes, and `trellis` with one part left out.
 * @typedef {{ name: string, title: string, rows: number, dim: number, measured: Row[], peers: Row[], without: Row[] }} Measured
 */

/**
 * What was measured before, and a function that keeps it.
 * @param {URL} path
 * @param {boolean} fresh
 * @returns {{ tables: Measured[], keep: () => void }}
 */
export function stateAt(path, fresh) {
  /** @type {Measured[]} */
  const tables = existsSync(path) && !fresh ? JSON.parse(readFileSync(path, 'utf8')) : []
  // Seven digits are more than any figure of the page shows.
  const rounded = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    typeof value === 'number' ? Number(value.toPrecision(7)) : value
  return { tables, keep: () => writeFileSync(path, `${JSON.stringify(tables, rounded, 1)}\n`) }
}
