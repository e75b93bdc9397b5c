/** @import { Engine } from '../engines/engine.js' */
/** @import { JobKind } from './job.js' */

/**
 * A compressor's own job on a block of rows.
 * @typedef {object} ImportedJob
 * @property {string} url the module that exports it
 * @property {string} exported under which name
 * @property {number} rows
 * @property {number} dim
 * @property {number} start the first of the rows
 * @property {Float32Array} input `rows × dim`
 * @property {object} given what the compressor gives it besides
 */

/**
 * Its kind, where `find` tells the job itself.
 * @template {object} Made
 * @param {(job: ImportedJob) => Promise<{ run(rows: { rows: number, dim: number, start: number, data: Float32Array }, given: any, product: Engine['product']): Made | Promise<Made> }>} find
 * @returns {JobKind<ImportedJob, never, Made>}
 */
export const importedKind = (find) => ({
  name: 'imported',
  reads: ['input'],
  fills: [],
  returns: [],
  async run(job, open) {
    const { rows, dim, start, input, given } = job
    const own = await find(job)
    return own.run({ rows, dim, start, data: input }, given, async (...args) => (await open()).product(...args))
  }
})

/** The kind for a thread, which imports the job. */
export const importedJob = importedKind(
  async ({ url, exported }) => (await import(/* @vite-ignore */ /* webpackIgnore: true */ url))[exported]
)
