/**
 * What is measured: a pipeline, at a number of bits a row, with so many seeds.
 * @typedef {{ method: string, smaller: number, bits: number, pipeline: string, seeds: number }} Run
 */

/** @param {Record<string, string | number | boolean | undefined>} options */
const iiq = (options) => {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return `iiq(${given.map(([name, value]) => `${name}=${value}`).join(', ')})`
}

/** Times smaller than float32: bits a column, then half and a quarter of that. */
const sizes = [32, 64, 128]

/**
 * The methods of the comparison.
 * @param {number} dim
 * @param {number | undefined} trainRows
 * @param {number} seeds at 32 times
 * @returns {Run[]}
 */
export function comparison(dim, trainRows, seeds) {
  const plain = iiq({ init: 'axes', center: false, remove: 0, iterations: 0 })
  const runs = [{ method: 'sign', smaller: 32, bits: dim, pipeline: plain, seeds: 1 }]
  for (const smaller of sizes) {
    const bits = Math.floor((dim * 32) / smaller)
    const few = smaller === 32 ? seeds : Math.min(seeds, 3)
    const pca = iiq({ bits, init: 'pca', remove: 0, iterations: 0 })
    runs.push({ method: 'PCA-sign', smaller, bits, pipeline: pca, seeds: 1 })
    runs.push({ method: 'ITQ', smaller, bits, pipeline: iiq({ bits, remove: 0, trainRows }), seeds: few })
    runs.push({ method: 'IIQ', smaller, bits, pipeline: iiq({ bits, trainRows }), seeds: few })
  }
  return runs
}

/** Bits of the values of the basis, in what is better than ITQ. */
const basisBits = 4

/**
 * The most bits, a multiple of 8, with which codes and their basis take no more bytes than codes alone of `dim` bits.
 * @param {number} rows
 * @param {number} dim
 */
function bitsWithin(rows, dim) {
  const room = rows * Math.ceil(dim / 8)
  const bytes = (/** @type {number} */ bits) => (rows * bits) / 8 + bits * (Math.ceil((dim * basisBits) / 8) + 2)
  let bits = 8 * Math.ceil(dim / 8)
  while (bits > 8 && bytes(bits) > room) bits -= 8
  return bits
}

/**
 * Ways that are better than plain ITQ: in as many bytes a row, and in as many bytes in all.
 * @param {number} rows
 * @param {number} dim
 * @param {number | undefined} trainRows
 * @param {number} seeds
 * @returns {Run[]}
 */
export function candidates(rows, dim, trainRows, seeds) {
  const fitted = (/** @type {number} */ bits) =>
    `${iiq({ bits, remove: 0, space: 'decoded', refine: 3, trainRows })} | right/fixedpoint(bits=${basisBits}, clip=mse)`
  const whole = 8 * Math.ceil(dim / 8)
  const same = bitsWithin(rows, dim)
  return [
    { method: 'fitted basis', smaller: 32, bits: whole, pipeline: fitted(whole), seeds },
    { method: 'fitted basis, fewer bits', smaller: 32, bits: same, pipeline: fitted(same), seeds }
  ]
}
