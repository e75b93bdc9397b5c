import { calr } from '@slimbed/calr'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupreduce } from '@slimbed/groupreduce'
import { lowrank } from '@slimbed/lowrank'
import { constant, cosine, cyclic, defaults, exponential, step } from '@slimbed/train'

/** Times smaller than the full table. 2 is a reduction of 50 %, 20 of 95 %. */
export const ratios = [2, 10 / 3, 5, 10, 20]

/**
 * The paper's plan: three epochs, the compression, five epochs. The rate, Adam's epsilon and no dropout are what was best for the full
 * model on the dev data of SST-2.
 */
const plan = { ...defaults, epochs: 8, batch: 50, optimizer: 'adam', schedule: () => constant({ rate: 1e-3 }) }
const atEpoch = 3

const online = (ratio) => ({ compress: { compressor: lowrank({ ratio }), atEpoch } })
const offline = (ratio) => ({ compress: { compressor: lowrank({ ratio }), atEpoch: 0 } })
const frozen = (ratio) => ({ ...offline(ratio), freezeTable: true })
const grouped = (ratio) => ({ compress: { compressor: groupreduce({ ratio, groups: 5 }), atEpoch } })
const eight = (bits, epochs) => ({ quantize: { compressor: fixedpoint({ bits }), epochs } })
const named = (label, make, of) => Object.fromEntries(of.map((ratio) => [`${label} ${ratio.toFixed(1)}`, make(ratio)]))

/** Schedules of the retraining, all from the highest rate of 1e-3 unless the name says otherwise. */
const schedules = {
  'calr, cycle 100': (stepsPerEpoch) => calr({ stepsPerEpoch, cycle: 100 }),
  'calr, cycle 100, decay 0.5': (stepsPerEpoch) => calr({ stepsPerEpoch, cycle: 100, decay: 0.5 }),
  'calr, cycle 2000': (stepsPerEpoch) => calr({ stepsPerEpoch }),
  'constant 1e-3': () => constant({ rate: 1e-3 }),
  'constant 1e-4': () => constant({ rate: 1e-4 }),
  step: (stepsPerEpoch) => step({ stepsPerEpoch }),
  exponential: (stepsPerEpoch) => exponential({ stepsPerEpoch }),
  'cyclic, cycle 100': () => cyclic({ cycle: 100 }),
  'cosine with restarts': (stepsPerEpoch) => cosine({ stepsPerEpoch })
}
/** Optimizers of the retraining with the rates that are usual for them. */
const optimizers = {
  'adam(epsilon=0.01)': ['adam(epsilon=0.01)', 1e-3],
  adagrad: ['adagrad', 1e-2],
  rmsprop: ['rmsprop', 1e-3],
  'sgd(momentum=0.9)': ['sgd(momentum=0.9)', 1e-2]
}

const retraining = {
  ...Object.fromEntries(
    Object.entries(schedules).map(([name, schedule]) => [`schedule: ${name}`, { ...online(10), retrain: { schedule } }])
  ),
  ...Object.fromEntries(
    Object.entries(optimizers).map(([name, [optimizer, rate]]) => [
      `optimizer: ${name}`,
      { ...online(10), retrain: { optimizer, schedule: () => constant({ rate }) } }
    ])
  )
}

const common = {
  full: {},
  'online+8 10.0': { ...online(10), ...eight(8, 0) },
  'full frozen': { freezeTable: true },
  'offline 10.0': offline(10),
  'offline frozen 10.0': frozen(10)
}

/** What is run for each task: options over the plan, by name; `bits` are those of the full table quantized after training. */
export const experiments = [
  {
    task: 'SST-2',
    model: 'dan',
    seeds: 5,
    bits: [8, 6, 4, 3, 2, 1],
    runs: {
      ...common,
      ...named('online', online, [2, 10 / 3, 5]),
      'online+8 20.0': { ...online(20), ...eight(8, 0) },
      ...named('offline', offline, ratios),
      ...named('offline frozen', frozen, ratios),
      ...named('grouped', grouped, [10, 20]),
      'online+4 10.0': { ...online(10), ...eight(4, 0) },
      'online+4 aware 10.0': { ...online(10), ...eight(4, 2) },
      'online+2 10.0': { ...online(10), ...eight(2, 0) },
      'online+2 aware 10.0': { ...online(10), ...eight(2, 2) },
      ...retraining
    }
  },
  {
    task: 'TREC',
    model: 'dan',
    seeds: 5,
    bits: [8, 4, 3, 2, 1],
    runs: {
      ...common,
      ...named('online', online, [2, 5]),
      'online+8 20.0': { ...online(20), ...eight(8, 0) },
      ...named('offline', offline, [20]),
      ...named('grouped', grouped, [10])
    }
  },
  { task: 'MR', model: 'dan', seeds: 10, bits: [8, 3], runs: common },
  {
    task: 'SST-2',
    model: 'lstm',
    seeds: 1,
    bits: [8, 3],
    runs: { full: { epochs: 5 }, 'online+8 10.0': { ...online(10), epochs: 5, ...eight(8, 0) } }
  }
]

/** The options of a run. */
export const optionsOf = (model, seed, changes) => ({ ...plan, model, seed, ...changes })
