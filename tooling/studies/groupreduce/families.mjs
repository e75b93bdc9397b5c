/**
 * A way to compress a table at different sizes: knots of the ratio that its first stage is given, and its pipeline there.
 * Without ratios it is one pipeline.
 * @typedef {{ ratios: { embedding: readonly number[], softmax: readonly number[] } | undefined,
 *   pipeline: (ratio: number) => string }} Curve
 */

/** Codes for factors: `right`, which is small and which every row uses, at more bits than the rest. */
export const codes = (/** @type {number} */ bits, right = 8) => {
  const rest = `fixedpoint(bits=${bits}, clip=mse)`
  if (bits === 8) return rest
  return `right/fixedpoint(bits=${right}${right < 8 ? ', clip=mse' : ''}) | ${rest}`
}

export const svd = (/** @type {number} */ ratio) => `lowrank(ratio=${ratio})`

/**
 * GroupReduce at a ratio, with options.
 * @param {string} [options]
 * @returns {(ratio: number) => string}
 */
export const reduced = (options) => (ratio) => `groupreduce(ratio=${ratio}${options ? `, ${options}` : ''})`

/**
 * GroupReduce at ratios for either table, its factors as codes.
 * @param {number} bits
 * @param {number} right bits of `right`
 * @param {readonly number[]} embedding
 * @param {readonly number[]} softmax
 * @returns {Curve}
 */
const coded = (bits, right, embedding, softmax) => ({
  ratios: { embedding, softmax },
  pipeline: (ratio) => `${reduced()(ratio)} | ${codes(bits, right)}`
})

/** @returns {Curve} */
const uniform = (/** @type {number} */ bits) => ({
  ratios: undefined,
  pipeline: () => `fixedpoint(bits=${bits}, clip=mse)`
})

const both = (/** @type {readonly number[]} */ ratios) => ({ embedding: ratios, softmax: ratios })

/**
 * Families and their curves; each table of a point may be on another curve of its family.
 * @type {Record<string, readonly Curve[]>}
 */
export const families = {
  'GroupReduce, then fixedpoint': [
    coded(8, 8, [2, 4, 9], [1.2, 2, 3, 4.5]),
    coded(6, 8, [4, 6, 9, 13], [2, 3, 4, 5.5]),
    coded(5, 8, [4, 6, 9, 13], [2, 3, 4, 5.5]),
    coded(5, 6, [], [3, 4, 5.5]),
    coded(4, 8, [4, 6, 9, 13], [2, 3, 4, 5.5]),
    coded(4, 6, [4, 6], [3, 4]),
    coded(3, 6, [2.5, 4, 6, 9], []),
    coded(3, 8, [1.6, 2.5, 4, 6], []),
    coded(2, 8, [1.6, 2.5], [])
  ],
  GroupReduce: [
    {
      ratios: { embedding: [5, 8, 13, 20, 32, 50], softmax: [2, 3, 4.5, 7, 11, 17, 25] },
      pipeline: reduced()
    }
  ],
  fixedpoint: [1, 2, 3, 4, 5, 6, 8].map(uniform),
  'SVD, then fixedpoint': [4, 5, 8].map((bits) => ({
    ratios: both(bits === 4 ? [1.1, 1.6, 3, 5] : [1.1, 1.6, 3]),
    pipeline: (ratio) => `${svd(ratio)} | ${codes(bits)}`
  })),
  SVD: [{ ratios: both([1.5, 2.5, 4, 8, 16, 30]), pipeline: svd }]
}

/** Total ratios that are compared. */
export const targets = [4, 8, 16, 26]

/** Each ingredient of GroupReduce switched in turn. */
export const ingredients = {
  'one group': 'groups=1',
  '5 groups': 'groups=5',
  'groups of equal size': 'grouping=equal',
  'ranks by frequency': 'ranks=frequency',
  'no refinement': 'refine=none',
  'rows count by frequency': 'weights=frequency',
  'rows count alike': 'weights=none'
}

/** GroupReduce as published. */
export const published = 'groups=5, grouping=equal, ranks=frequency, refine=paper, weights=frequency'

/** Pipelines for both tables that an independent prototype has figures of, in percent over the original. */
export const prototypes = [
  ['SVD 2 ×', svd(2), '+4.6'],
  ['SVD 4 ×', svd(4), '+26.5'],
  ['GroupReduce as published 4 ×, not refined', reduced(published.replace('refine=paper', 'refine=none'))(4), '+5.9'],
  ['GroupReduce as published 4 ×, refined within the budget', reduced(published)(4), '+4.2'],
  ['GroupReduce 4 ×', reduced('groups=5')(4), '+2.6'],
  ['GroupReduce 16 ×', `${reduced()(4.24)} | ${codes(8)}`, '+2.4'],
  ['GroupReduce 26 ×', `${reduced()(4.83)} | ${codes(5)}`, '+3.4'],
  ['8 bits', 'fixedpoint(bits=8, clip=mse)', '+0.0'],
  ['4 bits', 'fixedpoint(bits=4, clip=mse)', '+1.8'],
  ['3 bits', 'fixedpoint(bits=3, clip=mse)', '+6.2'],
  ['2 bits', 'fixedpoint(bits=2, clip=mse)', '+24.8']
]
