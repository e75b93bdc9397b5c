import { tables } from '../groupreduce/lm.mjs'
import { bestShare, whole } from './splits.mjs'

/** @import { openStudy } from './model.mjs'
import { State, Wanted } from './splits.mjs' */

/**
 * What `groupreduce` is given, and the bits of the values of `right`.
 * @typedef {{ groups: number, ratio: number, right: number }} Settings
 * @typedef {{ table: 'embedding' | 'softmax', settings: Settings, pipeline: string, bytes: number, loss: number }} ReducedTry
 */

/** The size at which settings are chosen. */
export const reducedAt = 26

/** Where the search begins, and what is tried: one setting after another, each with the best of those before it. */
const first = {
  embedding: { ratio: 2, groups: 5, right: 5 },
  softmax: { ratio: 1.5, groups: 5, right: 5 }
}
const values = {
  embedding: { ratio: [1.5, 2], groups: [5], right: [5] },
  softmax: { ratio: [1.5, 2], groups: [5], right: [5] }
}

/** The bytes of a table where the two together become so many times smaller: split as for `trellis` alone. */
const bytesAt = (
  /** @type {State} */ state,
  /** @type {typeof tables[number]} */ table,
  /** @type {number} */ target
) => {
  const share = bestShare(state)
  return Math.floor((whole / target) * (table === 'embedding' ? share : 1 - share))
}

const beginning = ({ groups, ratio, right }) =>
  `groupreduce(groups=${groups}, ratio=${ratio}) | right/fixedpoint(bits=${right}, clip=mse)`

/** Bytes of what `groupreduce` leaves to the codes, and of the rest, where they are known. */
const parts = /** @type {Map<string, Promise<{ open: number, rest: number }>>} */ (new Map())

/**
 * What is left to the codes after `groupreduce` and codes for `right`.
 * @param {typeof tables[number]} table
 * @param {string} pipeline
 * @param {Awaited<ReturnType<typeof openStudy>>} study
 */
async function partsOf(table, pipeline, { compressedTable }) {
  const { table: reduced, bytes } = await compressedTable(table, pipeline)
  let open = 0
  const visit = (/** @type {import('@slimbed/core').Table} */ node) => {
    if (node.kind === 'dense') open += 4 * node.rows * node.dim
    for (const child of Object.values(node.children)) visit(child)
  }
  visit(reduced)
  return { open, rest: bytes - open }
}

/**
 * The pipeline with settings whose table has as many bytes as may be: `trellis` gets what the groups and `right` leave.
 * @param {typeof tables[number]} table
 * @param {Settings} settings
 * @param {number} bytes
 * @param {string} options of `trellis`
 * @param {Awaited<ReturnType<typeof openStudy>>} study
 * @returns {Promise<string | undefined>} undefined where they leave nothing
 */
async function pipelineFor(table, settings, bytes, options, study) {
  const begun = beginning(settings)
  const key = `${table}: ${begun}`
  const known = parts.get(key) ?? partsOf(table, begun, study)
  parts.set(key, known)
  const { open, rest } = await known
  const left = bytes - rest
  if (left < open / 300) return undefined
  return `${begun} | trellis(ratio=${Number((open / left).toFixed(3))}, weights=sqrt, clusters=0${options})`
}

/** The best of the tries of a table so far. */
export const bestTry = (/** @type {readonly ReducedTry[]} */ tries, /** @type {typeof tables[number]} */ table) =>
  tries.filter((one) => one.table === table).reduce((best, one) => (one.loss < best.loss ? one : best))

/**
 * Chooses settings by the loss on the beginning of the validation text, with one table compressed and 16 states. Tries what is not yet in `tries`.
 * @param {State} state
 * @param {ReducedTry[]} tries
 * @param {() => void} keep
 * @param {Awaited<ReturnType<typeof openStudy>>} study
 */
export async function chooseReduced(state, tries, keep, study) {
  const { model, compressedTable, loss } = study
  const known = (/** @type {string} */ table, /** @type {Settings} */ settings) =>
    tries.find((one) => one.table === table && JSON.stringify(one.settings) === JSON.stringify(settings))
  for (const table of tables) {
    let best = { ...first[table] }
    for (const name of /** @type {const} */ (['ratio', 'groups', 'right'])) {
      for (const value of values[table][name]) {
        const settings = { groups: best.groups, ratio: best.ratio, right: best.right, [name]: value }
        if (known(table, settings)) continue
        const pipeline = await pipelineFor(table, settings, bytesAt(state, table, reducedAt), ', states=16', study)
        if (pipeline === undefined) continue
        const { table: made, bytes } = await compressedTable(table, pipeline)
        const lost = await loss({ ...model, [table]: made }, 'beginning')
        tries.push({ table, settings, pipeline, bytes, loss: lost })
        keep()
        console.error(`${table}: ${pipeline}: ${bytes} bytes, ${Math.exp(lost).toFixed(3)}`)
      }
      best = bestTry(tries, table).settings
    }
  }
}

/**
 * `groupreduce` before the codes, with the settings that were chosen, at a size.
 * @param {State} state
 * @param {readonly ReducedTry[]} tries
 * @param {number} target
 * @param {Awaited<ReturnType<typeof openStudy>>} study
 * @returns {Promise<Wanted>}
 */
export async function reducedFor(state, tries, target, study) {
  const pipelines = { embedding: '', softmax: '' }
  for (const table of tables) {
    const { settings } = bestTry(tries, table)
    pipelines[table] = (await pipelineFor(table, settings, bytesAt(state, table, target), '', study)) ?? ''
    if (pipelines[table] === '') throw new Error(`${table}: nothing is left at ${target} ×`)
  }
  return { name: 'groupreduce', target, pipelines }
}
