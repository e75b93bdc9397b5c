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
  likelihood: { steps: 200 },
  distillation: { steps: 200, distillation: 1 },
  both: { steps: 200, distillation: 0.5 },
  'likelihood, tables alone': { steps: 200, layers: false },
  'distillation, tables alone': { steps: 200, distillation: 1, layers: false },
  'likelihood, no dropout': { steps: 200, dropout: 0 },
  'likelihood, 400 steps': { every: 200 },
  'likelihood, an epoch, more dropout': { steps: 830, every: 207, dropout: 0.3 }
}

/** In the order in which they are made. */
const wanted = [
  ['26x', 'likelihood, 400 steps'],
  ['original', 'likelihood'],
  ['26x', 'likelihood'],
  ['26x', 'distillation'],
  ['26x', 'likelihood, tables alone'],
  ['16x', 'likelihood'],
  ['4x', 'likelihood'],
  ['26x', 'likelihood, no dropout'],
  ['original', 'likelihood, 400 steps'],
  ['26x', 'both'],
  ['26x', 'distillation, tables alone'],
  ['original', 'distillation'],
  ['26x', 'likelihood, an epoch, more dropout'],
  ['original', 'likelihood, an epoch, more dropout']
]

/** Every run: the size, the way, the seed, the options. */
export const runsOf = (steps) =>
  wanted.map(([size, run]) => ({
    ...{ size, run, seed: 0 },
    options: { ...ways[run], ...(steps !== undefined && { steps, every: steps }) }
  }))
