/** @import { Engine, GramJob, Job, MultiplyJob, ResidualJob } from '../engine.js' */

// Plain JavaScript, here and beside: the same files run in worker threads from the sources and from the build.

/**
 * Rows summed in float32 before they are added in float64, for about 1 MB: they stay in the cache. A function of the
 * shape alone, because the sum depends on it.
 * @param {number} dim
 */
const gramRows = (dim) => Math.max(64, 2 ** Math.floor(Math.log2(2 ** 18 / dim)))

/**
 * Columns of the panels in which the upper triangle is multiplied: more save more of the lower one, wide ones are quicker.
 * @param {number} dim
 */
const panelColumns = (dim) => Math.max(96, 24 * Math.ceil(dim / 96))

/**
 * Columns `first .. dim` up to `end` of rows of a job, `from .. to` of `members` or of all, times their weights if given.
 * @param {GramJob} job
 * @param {{ members: Uint32Array | undefined, from: number, to: number }} rows
 * @param {number} first
 * @param {number} end
 * @param {Float32Array | undefined} weights
 */
function slice({ input, dim }, { members, from, to }, first, end, weights) {
  if (!members && !weights && first === 0 && end === dim) return input.subarray(from * dim, to * dim)
  const out = new Float32Array((to - from) * (end - first))
  for (let i = from, at = 0; i < to; i++) {
    const row = members ? members[i] : i
    const weight = weights ? weights[row] : 1
    for (let j = row * dim + first; j < row * dim + end; j++) out[at++] = weight * input[j]
  }
  return out
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
 * Adds the upper triangle of `Σ w x xᵀ` over some rows to `part`.
 * @param {Engine} engine
 * @param {GramJob} job
 * @param {{ members: Uint32Array | undefined, from: number, to: number }} rows
 * @param {Float64Array} part
 */
async function addBlock(engine, job, rows, part) {
  const { dim } = job
  const columns = panelColumns(dim)
  for (let first = 0; first < dim; first += columns) {
    const end = Math.min(first + columns, dim)
    const width = dim - first
    const left = slice(job, rows, first, end, job.weights)
    const right = slice(job, rows, first, dim, undefined)
    const product = await engine.crossProduct(left, right, end - first, rows.to - rows.from, width)
    for (let i = first; i < end; i++) {
      for (let j = i, at = (i - first) * width + i - first; j < dim; j++) part[i * dim + j] += product[at++]
    }
  }
}

/**
 * @param {Engine} engine
 * @param {GramJob} job
 */
async function gram(engine, job) {
  const { rows, dim, sums, turns, turn } = job
  const size = dim * dim
  const step = gramRows(dim)
  const part = new Float64Array(size)
  for (const [group, members] of membersOf(job).entries()) {
    const own = members ? members.length : rows
    part.fill(0)
    for (let from = 0; from < own; from += step) {
      await addBlock(engine, job, { members, from, to: Math.min(from + step, own) }, part)
    }
    for (let now = Atomics.load(turns, group); now < turn; now = Atomics.load(turns, group)) {
      Atomics.wait(turns, group, now)
    }
    if (own > 0) for (let i = 0, at = group * size; i < size; i++) sums[at++] += part[i]
    Atomics.store(turns, group, turn + 1)
    Atomics.notify(turns, group)
  }
}

/**
 * @param {Engine} engine
 * @param {MultiplyJob} job
 */
async function multiply(engine, { rows, dim, width, input, factor, output }) {
  output.set(await engine.product(input, factor, rows, dim, width))
}

/**
 * @param {Engine} engine
 * @param {ResidualJob} job
 */
async function residual(engine, { rows, dim, width, input, factor, ends, output }) {
  const products = await engine.product(input, factor, rows, dim, width)
  for (let i = 0; i < rows; i++) {
    let norm = 0
    for (let j = i * dim; j < (i + 1) * dim; j++) norm += input[j] ** 2
    let at = i * width
    for (let base = 0; base < ends.length; base++) {
      let kept = 0
      for (const end = i * width + ends[base]; at < end; at++) kept += products[at] ** 2
      output[i * ends.length + base] = Math.max(0, norm - kept)
    }
  }
}

/**
 * Does a job on an engine.
 * @param {Engine} engine
 * @param {Job} job
 * @returns {Promise<void>}
 */
export function runJob(engine, job) {
  if (job.kernel === 'gram') return gram(engine, job)
  return job.kernel === 'multiply' ? multiply(engine, job) : residual(engine, job)
}
