/** @import { Engine, GramJob, Job, MultiplyJob, ResidualJob } from '../engine.js' */

// Plain JavaScript, here and beside: the same files run in worker threads from the sources and from the build.

/** Rows summed in float32 before they are added in float64: fixed, because the sum depends on it. */
const gramRows = 1024

/**
 * The rows of one group, times their weights where `weighted`; the input itself when it holds nothing else.
 * @param {GramJob} job
 * @param {Uint32Array | undefined} members
 * @param {number} from
 * @param {number} to
 * @param {boolean} weighted
 */
function rowsOf({ input, dim, weights }, members, from, to, weighted) {
  const scale = weighted ? weights : undefined
  if (!members && !scale) return input.subarray(from * dim, to * dim)
  const out = new Float32Array((to - from) * dim)
  for (let i = from, at = 0; i < to; i++) {
    const row = members ? members[i] : i
    const weight = scale ? scale[row] : 1
    for (let j = row * dim; j < (row + 1) * dim; j++) out[at++] = weight * input[j]
  }
  return out
}

/**
 * Adds the upper triangle of `part` to that of `sum`.
 * @param {Float64Array} sum
 * @param {ArrayLike<number>} part
 * @param {number} dim
 */
function addUpper(sum, part, dim) {
  for (let i = 0; i < dim; i++) {
    for (let j = i * dim + i; j < (i + 1) * dim; j++) sum[j] = sum[j] + part[j]
  }
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
 * @param {Engine} engine
 * @param {GramJob} job
 */
async function gram(engine, job) {
  const { rows, dim, weights, sums, turns, turn } = job
  const part = new Float64Array(dim * dim)
  for (const [group, members] of membersOf(job).entries()) {
    const size = members ? members.length : rows
    part.fill(0)
    for (let from = 0; from < size; from += gramRows) {
      const to = Math.min(from + gramRows, size)
      const plain = rowsOf(job, members, from, to, false)
      const scaled = weights ? rowsOf(job, members, from, to, true) : plain
      addUpper(part, await engine.crossProduct(scaled, plain, dim, to - from, dim), dim)
    }
    for (let now = Atomics.load(turns, group); now < turn; now = Atomics.load(turns, group)) {
      Atomics.wait(turns, group, now)
    }
    if (size > 0) addUpper(sums.subarray(group * dim * dim, (group + 1) * dim * dim), part, dim)
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
