/**
 * A pipeline of the grid at a rate. `tuned`: its rate is moved once it was run, until its file is as large as is allowed. `first`: its first
 * stage, where that loses something: what it loses alone, the whole loses at least.
 * @typedef {{ at: (bits: number) => string, tuned: boolean, first?: string }} Entry
 */

const exact = (/** @type {number} */ value) => Number(value.toPrecision(5))

/** @param {(bits: number) => string} at @returns {Entry} */
const tuned = (at) => ({ at, tuned: true })
/** @param {string} spec @returns {Entry} */
const fixed = (spec) => ({ at: () => spec, tuned: false })

/** Trellis codes of every coding and basis.
 * @param {number} bits
 */
const trellises = (bits) => [
  ...['', ', clusters=0', ', basis=hadamard', ', basis=none'].map((more) =>
    tuned((of) => `trellis(bits=${exact(of)}${more})`)
  ),
  tuned((of) => `rotate | trellis(bits=${exact(of)})`),
  ...(bits <= 8 && bits >= 0.5 ? [tuned((of) => `trellis(bits=${exact(of)}, coding=fixed)`)] : [])
]

/** Whole bits a value, with each kind of scale and levels.
 * @param {number} of
 */
function wholeBits(of) {
  if (of < 1 || of > 16) return []
  const clip = of < 7 ? ', clip=mse' : ''
  const scales = ['', ', scale=column', ', scale=column, mode=affine', ', scale=group', ', scale=group, groupSize=16']
  const plain = scales.map((scale) => fixed(`fixedpoint(bits=${of}${scale}${clip})`))
  if (of > 8) return plain
  const levels = ['', ', scale=column'].map((scale) => fixed(`fixedpoint(bits=${of}, levels=lloyd${scale})`))
  return [...plain, ...levels, fixed(`rotate | fixedpoint(bits=${of}, levels=lloyd)`)]
}

/** Pipelines of a first stage that leaves a share of the values, and codes of what it leaves.
 * @param {{ rows: number, dim: number }} shape
 * @param {number} bits
 * @returns {Entry[]}
 */
function twoStages({ rows, dim }, bits) {
  return [0.75, 0.5, 0.25, 0.125].flatMap((share) => {
    const left = bits / share
    if (left > 16) return []
    const rank = Math.max(1, Math.floor((share * rows * dim) / (rows + dim)))
    const whole = Math.floor(left)
    const firsts = [
      `lowrank(rank=${rank})`,
      `groupreduce(ratio=${exact(1 / share)}, weights=none)`,
      `prune(ratio=${exact(1 / share)})`
    ]
    return firsts.flatMap((first) => [
      { first, at: (/** @type {number} */ of) => `${first} | trellis(bits=${exact(of / share)})`, tuned: true },
      ...(whole >= 1 && whole <= 8 ? [{ first, ...fixed(`${first} | fixedpoint(bits=${whole}, levels=lloyd)`) }] : [])
    ])
  })
}

/**
 * Pipelines that are compared with what `plan` finds, for a matrix of `rows × dim` in `bits` bits a value: those of one stage, and those of two. `opq` is left out:
 * it takes long, and is near `pq`.
 * Those that a matrix does not allow are left out where they are run.
 * @param {{ rows: number, dim: number }} shape
 * @param {number} bits
 * @returns {Entry[]}
 */
export function gridFor(shape, bits) {
  const { rows, dim } = shape
  const whole = Math.floor(bits)
  const rank = Math.max(1, Math.floor(((bits / 32) * rows * dim) / (rows + dim)))
  const parts = Math.floor(((bits * rows - 8192) / (8 * rows)) * dim)
  const fits = (/** @type {number} */ count) => count >= 1 && count <= dim
  const signs = Math.floor((bits * rows * dim - 16 * rows) / (rows + 32 * dim))
  return [
    ...trellises(bits),
    ...wholeBits(whole),
    ...wholeBits(whole - 1),
    fixed(`lowrank(rank=${rank})`),
    fixed(`groupreduce(ratio=${exact(32 / bits)}, weights=none)`),
    ...(fits(parts) ? [fixed(`pq(parts=${parts})`)] : []),
    ...(bits <= 1.5 && signs >= 8 ? [fixed(`iiq(space=vectors, bits=${signs})`)] : []),
    ...twoStages(shape, bits)
  ]
}
