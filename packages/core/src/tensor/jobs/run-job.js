/** @import { CompareJob, EncodeJob, Engine, GramJob, Job, MultiplyJob, ResidualJob, SignsJob } from '../engines/engine.js' */
import { compareRows, normsOf, sumsPerRow } from '../kernels/compare.js'
import { quantizeRows } from '../kernels/quantize.js'
import { give, take } from './scratch.js'

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
 * @param {Float64Array} sums
 * @param {number} at
 * @param {Float64Array} part
 */
function addAll(sums, at, part) {
  for (let i = 0; i < part.length; i++) sums[at + i] += part[i]
}

/**
 * Does what must be done in the order of the jobs: when all earlier ones have.
 * @param {Int32Array} turns
 * @param {number} at
 * @param {number} turn
 * @param {() => void} add
 */
function inTurn(turns, at, turn, add) {
  for (let now = Atomics.load(turns, at); now < turn; now = Atomics.load(turns, at)) Atomics.wait(turns, at, now)
  add()
  Atomics.store(turns, at, turn + 1)
  Atomics.notify(turns, at)
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

/**
 * @param {Engine} engine
 * @param {GramJob} job
 */
async function gram(engine, job) {
  const { rows, dim, sums, turns, turn } = job
  const size = dim * dim
  // What is one step of the engine has no need of the cache here.
  const step = engine.panels ? rows : gramRows(dim)
  const columns = Math.min(dim, panelColumns(dim))
  const part = new Float64Array(take(8 * size), 0, size)
  const copied = engine.panels && !job.ids ? 0 : step
  const left = new Float32Array(engine.panels ? 0 : step * columns)
  const scratch = { part, left, right: new Float32Array(copied * dim) }
  for (const [group, members] of membersOf(job).entries()) {
    const own = members ? members.length : rows
    part.fill(0)
    for (let from = 0; from < own; from += step) {
      await addBlock(engine, job, { members, from, to: Math.min(from + step, own) }, scratch)
    }
    inTurn(turns, group, turn, () => {
      if (own > 0) addAll(sums, group * size, part)
    })
  }
  give(part.buffer)
}

/**
 * @param {Engine} engine
 * @param {MultiplyJob} job
 */
async function multiply(engine, { rows, dim, width, input, factor, offsets, output }) {
  const size = rows * width
  const room = new Float32Array(take(4 * size), 0, size)
  const made = await engine.product(input, factor, rows, dim, width, room)
  if (offsets) addToRows(offsets, made)
  output.set(made)
  give(room.buffer)
}

/**
 * @param {Float32Array} offsets
 * @param {Float32Array} rows
 */
function addToRows(offsets, rows) {
  const width = offsets.length
  for (let at = 0; at < rows.length; at += width) for (let j = 0; j < width; j++) rows[at + j] += offsets[j]
}

/**
 * @param {Engine} engine
 * @param {ResidualJob} job
 */
async function residual(engine, job) {
  const { rows, dim, width, input, factor } = job
  subtract(job, await engine.product(input, factor, rows, dim, width))
}

/**
 * What is left of each row's squared norm.
 * @param {ResidualJob} job
 * @param {Float32Array} products
 */
function subtract({ rows, dim, width, input, ends, output }, products) {
  for (let i = 0; i < rows; i++) {
    let norm = 0
    for (let j = i * dim; j < (i + 1) * dim; j++) norm += input[j] * input[j]
    let at = i * width
    for (let base = 0; base < ends.length; base++) {
      let kept = 0
      for (const end = i * width + ends[base]; at < end; at++) kept += products[at] * products[at]
      output[i * ends.length + base] = Math.max(0, norm - kept)
    }
  }
}

/**
 * @param {Engine} engine
 * @param {CompareJob} job
 */
async function compare(engine, { rows, dim, width, input, left, basis, orthonormal, factor, sums }) {
  if (basis) {
    const made = await engine.product(input, basis, rows, dim, width, left)
    if (made !== left) left.set(made)
  }
  if (orthonormal && compareNorms(input, dim, left, width, sums)) return
  const size = rows * dim
  const room = new Float32Array(take(4 * size), 0, size)
  compareRows(input, await engine.product(left, factor, rows, width, dim, room), dim, sums)
  give(room.buffer)
}

/** The share of its squared norm that a block must lose for norms to tell it: rounding of products is some 1e-7 of that norm. */
const leastLoss = 0.01

/**
 * The sums of `compareRows` of rows and their projections `left` on an orthonormal basis, by Pythagoras; the largest error is not
 * known. False where too little is lost for that.
 * @param {Float32Array} input
 * @param {number} dim
 * @param {Float32Array} left
 * @param {number} width
 * @param {Float64Array} sums
 */
function compareNorms(input, dim, left, width, sums) {
  const rows = input.length / dim
  const [whole, kept] = [new Float64Array(rows), new Float64Array(rows)]
  normsOf(input, dim, whole)
  normsOf(left, width, kept)
  let [all, lost] = [0, 0]
  for (let i = 0, at = 0; i < rows; i++, at += sumsPerRow) {
    const rest = Math.max(0, whole[i] - kept[i])
    all += whole[i]
    lost += rest
    sums[at] = whole[i]
    sums[at + 1] = kept[i]
    sums[at + 2] = kept[i]
    sums[at + 3] = rest
    sums[at + 4] = NaN
  }
  return lost >= leastLoss * all && lost > 0
}

/** @param {EncodeJob} job */
function encode(job) {
  quantizeRows(job, job.codes, job.sums)
}

/**
 * Turns products into their signs; the sum of their magnitudes.
 * @param {Float32Array} products
 */
function takeSigns(products) {
  let magnitude = 0
  for (let i = 0; i < products.length; i++) {
    const value = products[i]
    magnitude += Math.abs(value)
    products[i] = value < 0 ? -1 : 1
  }
  return magnitude
}

/**
 * @param {Engine} engine
 * @param {SignsJob} job
 */
async function signs(engine, job) {
  const { rows, dim, width, sums, turns, turn } = job
  const size = dim * width + 1
  const part = new Float64Array(take(8 * size), 0, size)
  part.fill(0)
  // What is one step of the engine has no need of the cache here.
  const step = engine.signs ? rows : gramRows(dim)
  for (let from = 0; from < rows; from += step) {
    await addSigns(engine, job, from, Math.min(step, rows - from), part)
  }
  inTurn(turns, 0, turn, () => addAll(sums, 0, part))
  give(part.buffer)
}

/**
 * @param {Engine} engine
 * @param {SignsJob} job
 * @param {number} from
 * @param {number} count
 * @param {Float64Array} part
 */
async function addSigns(engine, { dim, width, input, factor }, from, count, part) {
  const block = input.subarray(from * dim, (from + count) * dim)
  const last = dim * width
  if (engine.signs) {
    const { cross, magnitudes } = await engine.signs(block, factor, count, dim, width)
    for (let i = 0; i < last; i++) part[i] += cross[i]
    for (let i = 0; i < count; i++) part[last] += magnitudes[i]
    return
  }
  const products = await engine.product(block, factor, count, dim, width)
  part[last] += takeSigns(products)
  const cross = await engine.crossProduct(block, products, dim, count, width)
  for (let i = 0; i < last; i++) part[i] += cross[i]
}

/**
 * Does a job on an engine, which is asked for only where it is needed.
 * @param {Engine | (() => Promise<Engine>)} given
 * @param {Job} job
 * @returns {Promise<void>}
 */
export async function runJob(given, job) {
  if (job.kernel === 'encode') return encode(job)
  const engine = typeof given === 'function' ? await given() : given
  if (job.kernel === 'gram') return gram(engine, job)
  if (job.kernel === 'signs') return signs(engine, job)
  if (job.kernel === 'compare') return compare(engine, job)
  return job.kernel === 'multiply' ? multiply(engine, job) : residual(engine, job)
}
