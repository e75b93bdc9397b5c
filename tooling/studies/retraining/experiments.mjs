/** How each table becomes smaller, and what its factors become. */
export const sizes = {
  original: {},
  '4x': { embedding: 'groupreduce(ratio=6)', softmax: 'groupreduce(ratio=3)' },
  '16x': {
    embedding: 'groupreduce(ratio=7)',
    softmax: 'groupreduce(ratio=3)',
    quantize: 'right/fixedpoint(bits=8) | fixedpoint(bits=8, clip=mse)'
  },
  '26x': {
    embedding: 'groupreduce(ratio=8)',
    softmax: 'groupreduce(ratio=3.6)',
    quantize: 'right/fixedpoint(bits=8) | fixedpoint(bits=5, clip=mse)'
  }
}

/** Ways of training on: what they are called, and how their options differ from the defaults. */
const ways = {
  likelihood: {},
  'likelihood, tables only': { layers: false },
  distillation: { distillation: 1 },
  'distillation, tables only': { distillation: 1, layers: false },
  both: { distillation: 0.5 },
  'likelihood, no dropout': { dropout: 0, rate: 2e-4 }
}

/** In the order in which they are made. */
const wanted = [
  ['26x', 'likelihood'],
  ['original', 'likelihood'],
  ['26x', 'distillation'],
  ['26x', 'likelihood, tables only'],
  ['16x', 'likelihood'],
  ['4x', 'likelihood'],
  ['original', 'distillation'],
  ['26x', 'likelihood, no dropout'],
  ['26x', 'both'],
  ['26x', 'distillation, tables only']
]

/** Every run: the size, the way, the seed, the options. */
export const runsOf = (steps) =>
  wanted.map(([size, run]) => ({
    ...{ size, run, seed: 0 },
    options: { every: 200, ...ways[run], ...(steps !== undefined && { steps, every: steps }) }
  }))
