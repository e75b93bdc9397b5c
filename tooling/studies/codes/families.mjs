/**
 * A family of pipelines for a table of `dim` columns, small to large.
 * @typedef {{ name: string, pipelines: (dim: number) => readonly string[] }} Family
 */

/** Rates of entropy-coded tables, in bits a value with everything included. */
const rates = [0.2, 0.4, 1, 2, 4]

/** Numbers of parts whose codes of 8 bits stand for so many numbers each. */
const partsOf = (/** @type {number} */ dim, /** @type {readonly number[]} */ widths) =>
  widths.filter((width) => dim % width === 0).map((width) => dim / width)

const quantized = (/** @type {number} */ bits) => `fixedpoint(bits=${bits}${bits < 8 ? ', clip=mse' : ''})`

/** @type {readonly Family[]} */
export const families = [
  { name: 'trellis', pipelines: () => rates.map((bits) => `trellis(bits=${bits})`) },
  {
    name: 'trellis, fixed rate',
    pipelines: () => [1, 2, 4].map((bits) => `trellis(bits=${bits}, coding=fixed)`)
  },
  {
    name: 'rotate | fixedpoint, Lloyd',
    pipelines: () => [1, 2, 3, 4].map((bits) => `rotate | fixedpoint(bits=${bits}, levels=lloyd)`)
  },
  { name: 'fixedpoint', pipelines: () => [1, 2, 3, 4, 8].map(quantized) },
  {
    name: 'lowrank | fixedpoint',
    pipelines: () => [16, 8, 4, 2].flatMap((ratio) => `lowrank(ratio=${ratio}) | ${quantized(4)}`)
  },
  {
    name: 'groupreduce | fixedpoint',
    pipelines: () => [8, 4, 2].map((ratio) => `groupreduce(ratio=${ratio}) | ${quantized(4)}`)
  },
  {
    name: 'pq | fixedpoint',
    pipelines: (dim) => partsOf(dim, [20, 10, 5, 2]).map((parts) => `pq(parts=${parts}) | ${quantized(8)}`)
  },
  {
    name: 'opq | fixedpoint',
    pipelines: (dim) => partsOf(dim, [20, 10]).map((parts) => `opq(parts=${parts}) | ${quantized(8)}`)
  },
  {
    name: 'residual | fixedpoint',
    pipelines: () => [2, 4].map((stages) => `residual(stages=${stages}) | ${quantized(8)}`)
  },
  {
    name: 'iiq | fixedpoint',
    pipelines: (dim) => [`iiq(space=vectors, remove=0, refine=3, bits=${dim}) | ${quantized(8)}`]
  }
]

/**
 * What `trellis` is made of, each left out or weakened: what is changed, and the options that do it.
 * @type {readonly [string, string][]}
 */
export const without = [
  ['as it is', ''],
  ['no coarse codebook', ', clusters=0'],
  ['no principal axes: the columns as they are', ', basis=none'],
  ['a random rotation in place of principal axes', ', basis=hadamard'],
  ['neither codebook nor principal axes', ', clusters=0, basis=none'],
  ['16 states of the trellis in place of 256', ', states=16'],
  ['each row coded alone', ', block=1'],
  ['no entropy coding', ', coding=fixed']
]
