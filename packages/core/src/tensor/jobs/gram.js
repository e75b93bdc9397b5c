/** @import { Engine } from '../engines/engine.js' */
/** @import { JobKind } from './job.js' */
import { addInTurn, rowsPerSum } from './ordered-sums.js'
import { give, take } from './scratch.js'

/**
 * Adds `Σ w x xᵀ` over some rows to the sums of all rows.
 * @typedef {object} GramJob
 * @property {number} rows
 * @property {number} dim
 * @property {Float32Array} input `rows × dim`
 * @property {Float32Array | undefined} weights
 * @property {Uint32Array | undefined} ids the group of each row; all 0 when undefined
 * @property {Float64Array} sums one `dim × dim` matrix per group, of which only the upper triangle is kept up, and as many of the segment so far
 * @property {Int32Array} turns for each group, the jobs that have added their part
 * @property {number} turn jobs that add theirs before this one
 * @property {number} jobs of a segment
 */

/** @type {JobKind<GramJob>} */
export const gramJob = {
  name: 'gram',
  reads: ['input'],
  fills: [],
  returns: [],
  async run(job, open) {
    const engine = await open()
    const { rows, dim } = job
    const size = dim * dim
    // What is one step of the engine has no need of the cache here.
    const step = engine.panels ? rows : rowsPerSum(dim)
    const columns = Math.min(dim, panelColumns(dim))
    const part = new Float64Array(take(8 * size), 0, size)
    const copied = engine.panels && !job.ids ? 0 : step
    const left = floats(engine.panels ? 0 : step * columns)
    const scratch = { part, left, right: floats(copied * dim) }
    for (const [group, members] of membersOf(job).entries()) {
      const own = members ? members.length : rows
      part.fill(0)
      for (let from = 0; from < own; from += step) {
        await addBlock(engine, job, { members, from, to: Math.min(from + step, own) }, scratch)
      }
      addInTurn(job, group, group * size, own > 0 ? part : undefined, size)
    }
    for (const { buffer } of Object.values(scratch)) give(buffer)
  }
}

/**
 * So many values of scratch memory.
 * @param {number} length
 */
const floats = (length) => new Float32Array(take(4 * length), 0, length)

/**
 * Columns of the panels in which the upper triangle is multiplied: more save more of the lower one, wide ones are quicker.
 * @param {number} dim
 */
const panelColumns = (dim) => Math.max(96, 24 * Math.ceil(dim / 96))

/**
 * @param {number} weight
 * @param {Float32Array} data
 * @param {number} at
 * @param {number} count
 */
function scaleBy(weight, data, at, count) {
  for (let i = at; i < at + count; i++) data[i] *= weight
}

/**
 * Columns `first .. end` of rows of a job, `from .. to` of `members` or of all, times their weights if given; in `out` where
 * they are not the input as it is.
 * @param {GramJob} job
 * @param {{ members: Uint32Array | undefined, from: number, to: number }} rows
 * @param {number} first
 * @param {number} end
 * @param {Float32Array | undefined} weights
 * @param {Float32Array} out
 */
function slice({ input, dim }, { members, from, to }, first, end, weights, out) {
  const width = end - first
  if (!members && !weights && width === dim) return input.subarray(from * dim, to * dim)
  let at = 0
  for (let i = from; i < to; i++, at += width) {
    const row = members ? members[i] : i
    const start = row * dim + first
    out.set(input.subarray(start, start + width), at)
    if (weights) scaleBy(weights[row], out, at, width)
  }
  return out.subarray(0, at)
}

/**
 * The weights of rows `from .. to` of `members` or of all.
 * @param {GramJob} job
 * @param {{ members: Uint32Array | undefined, from: number, to: number }} rows
 */
function weightsOf({ weights }, { members, from, to }) {
  if (!weights || !members) return weights?.slice(from, to)
  return Float32Array.from(members.subarray(from, to), (row) => weights[row])
}

/**
 * The rows of each group, or undefined when there is one group.
 * @param {GramJob} job
 */
function membersOf({ rows, ids, turns }) {
  if (!ids) return [undefined]
  const sizes = new Uint32Array(turns.length)
  for (let i = 0; i < rows; i++) sizes[ids[i]]++
  const members = Array.from(sizes, (size) => new Uint32Array(size))
  sizes.fill(0)
  for (let i = 0; i < rows; i++) {
    const group = ids[i]
    const own = members[group]
    own[sizes[group]++] = i
  }
  return members
}

/**
 * Adds rows `first .. end` of the upper triangle, as `product` has them from column `first` on.
 * @param {Float64Array} part
 * @param {Float32Array} product
 * @param {number} first
 * @param {number} end
 * @param {number} dim
 */
function addUpper(part, product, first, end, dim) {
  for (let i = first; i < end; i++) {
    let at = (i - first) * (dim - first) + i - first
    for (let j = i * dim + i; j < (i + 1) * dim; j++) part[j] += product[at++]
  }
}

/**
 * Adds the upper triangle of `Σ w x xᵀ` over some rows to `part`.
 * @typedef {{ part: Float64Array, left: Float32Array, right: Float32Array }} Scratch
 * @param {Engine} engine
 * @param {GramJob} job
 * @param {{ members: Uint32Array | undefined, from: number, to: number }} rows
 * @param {Scratch} scratch
 */
async function addBlock(engine, job, rows, { part, left, right }) {
  const { dim } = job
  const columns = panelColumns(dim)
  if (engine.panels) {
    const all = slice(job, rows, 0, dim, undefined, right)
    const panels = await engine.panels(all, rows.to - rows.from, dim, columns, weightsOf(job, rows))
    for (const [i, panel] of panels.entries()) {
      addUpper(part, panel, i * columns, Math.min((i + 1) * columns, dim), dim)
    }
    return
  }
  for (let first = 0; first < dim; first += columns) {
    const end = Math.min(first + columns, dim)
    const a = slice(job, rows, first, end, job.weights, left)
    const b = slice(job, rows, first, dim, undefined, right)
    const product = await engine.crossProduct(a, b, end - first, rows.to - rows.from, dim - first)
    addUpper(part, product, first, end, dim)
  }
}
