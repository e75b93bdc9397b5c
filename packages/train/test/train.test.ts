import { createTensor, pipeline, type TensorAdapter } from '@slimbed/core'
import { halves } from '@slimbed/core/testing'
import { fixedpoint } from '@slimbed/fixedpoint'
import { lowrank } from '@slimbed/lowrank'
import { load, type Table } from '@slimbed/runtime'
import { walk } from '@slimbed/runtime/kinds'
import { memory } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  constant,
  createTask,
  cyclic,
  defaults,
  type EpochReport,
  modelNames,
  type Task,
  type Trained,
  type TrainHooks,
  type TrainOptions,
  train
} from '../src/index.js'
import { reviews } from './support.js'

let tensor: TensorAdapter
let task: Task
beforeAll(async () => {
  tensor = await createTensor({ backend: 'wasm', threads: 1 })
  task = await createTask({ train: reviews(300, 1), dev: reviews(120, 2), test: reviews(120, 3), dim: 12 })
})
afterAll(() => tensor.close())

const base: TrainOptions = { ...defaults, epochs: 4, batch: 20, schedule: () => constant({ rate: 0.02 }) }
const compressing: TrainOptions = {
  ...base,
  wordDropout: 0.2,
  schedule: () => cyclic({ upper: 0.02, lower: 0.001, cycle: 10 }),
  compress: { compressor: lowrank({ rank: 3 }), atEpoch: 2 },
  quantize: { compressor: fixedpoint({ bits: 4 }), epochs: 2 },
  retrain: { optimizer: 'rmsprop', schedule: () => constant({ rate: 0.005 }) }
}

/** Every number of a trained classifier. */
const contents = ({ table, model, reports }: Trained) => ({
  tensors: [...walk(table)].map(({ table: node }) => [node.kind, node.config, node.tensors]),
  parameters: model.parameters.map(({ name, data }) => [name, data]),
  reports
})
const leaves = (table: Table) => [...walk(table)].map(({ table: { kind } }) => kind)

describe('learns made-up reviews', () => {
  test.each(modelNames)('%s', async (model) => {
    const epochs = model === 'lstm' ? 3 : 8
    const { reports } = await train(task, { ...base, model, epochs }, tensor)
    expect(reports).toHaveLength(1)
    expect(reports[0].testAccuracy).toBeGreaterThan(0.93)
  })
})

test('compresses at its epoch, trains on through the factors, quantizes at the end', async () => {
  const epochs: EpochReport[] = []
  const done = await train(task, compressing, tensor, { onEpoch: (report) => epochs.push(report) })
  expect(epochs.map(({ phase, epoch }) => `${phase} ${epoch}`)).toEqual([
    ...['full 0', 'full 1', 'full 2', 'compressed 0', 'compressed 1', 'compressed 2'],
    ...['quantized 0', 'quantized 1', 'quantized 2']
  ])
  expect(leaves(done.table)).toEqual(['product', 'quantized', 'quantized'])
  const [full, compressed, quantized] = done.reports
  expect(compressed.tableBytes).toBe(4 * 3 * (task.vocabulary.size + 12))
  expect(full.tableBytes).toBe(4 * 12 * task.vocabulary.size)
  expect(quantized.tableBytes).toBeLessThan(compressed.tableBytes / 2)
  for (const { testAccuracy } of done.reports) expect(testAccuracy).toBeGreaterThan(0.9)
  expect(full.before.testAccuracy).toBeLessThan(0.7)
  expect(compressed.before.testAccuracy).toBeGreaterThan(0.7)
  // The best epoch on the dev data is the one that is kept.
  for (const { phase, bestEpoch, devAccuracy, before } of done.reports) {
    const all = epochs.filter((report) => report.phase === phase)
    expect(devAccuracy).toBe(Math.max(...all.map((report) => report.devAccuracy)))
    expect(all[bestEpoch].devAccuracy).toBe(devAccuracy)
    expect(before.devAccuracy).toBe(all[0].devAccuracy)
  }
})

test('what the steps of a quantized phase see is what comes out of it', async () => {
  const options = { ...compressing, epochs: 1, compress: { compressor: lowrank({ rank: 3 }), atEpoch: 1 } }
  const done = await train(task, { ...options, quantize: { compressor: fixedpoint({ bits: 2 }), epochs: 1 } }, tensor)
  const { accuracyOf } = await import('../src/run/evaluate.js')
  const { frozen } = await import('../src/network/nodes/frozen.js')
  const { multiplyHere } = await import('../src/network/multiply.js')
  const found = await accuracyOf(done.model, frozen(done.table), task.test!, 2, multiplyHere)
  expect(found).toBeCloseTo(done.reports.at(-1)!.testAccuracy!, 2)
})

test('trains through partitions, and pipelines of what can be trained', async () => {
  const compressor = pipeline(halves(), lowrank({ rank: 2 }))
  const done = await train(task, { ...base, compress: { compressor, atEpoch: 2 } }, tensor)
  expect(leaves(done.table)).toEqual(['partition', 'product', 'dense', 'dense', 'product', 'dense', 'dense'])
  expect(done.reports[1].testAccuracy).toBeGreaterThan(0.93)
})

describe('the same bits', () => {
  test('from the same seed, and others from another', async () => {
    const first = await train(task, compressing, tensor)
    expect(contents(await train(task, compressing, tensor))).toEqual(contents(first))
    expect(contents(await train(task, { ...compressing, seed: 1 }, tensor))).not.toEqual(contents(first))
  })

  test.each(['adam', 'adagrad', 'rmsprop', 'sgd(momentum=0.9)'])(
    'from any checkpoint on, with %s',
    async (optimizer) => {
      const options = { ...compressing, optimizer, patience: 2, retrain: {} }
      const checkpoints: Uint8Array[] = []
      const whole = await train(task, options, tensor, { onCheckpoint: async (bytes) => void checkpoints.push(bytes) })
      expect(checkpoints.length).toBeGreaterThan(4)
      for (const bytes of checkpoints) {
        expect(contents(await train(task, options, tensor, {}, bytes))).toEqual(contents(whole))
      }
    }
  )

  test('when a run is interrupted in the middle of an epoch, again and again', async () => {
    const whole = await train(task, compressing, tensor)
    let last: Uint8Array | undefined
    for (const limit of [20, 25, 40, Number.POSITIVE_INFINITY]) {
      const stop = new AbortController()
      let steps = 0
      const hooks: TrainHooks = {
        signal: stop.signal,
        onStep: () => {
          if (++steps === limit) stop.abort()
        },
        onCheckpoint: async (bytes) => {
          last = bytes
        }
      }
      const run = train(task, compressing, tensor, hooks, last)
      if (limit === Number.POSITIVE_INFINITY) expect(contents(await run)).toEqual(contents(whole))
      else await expect(run).rejects.toMatchObject({ code: 'aborted' })
    }
  })
})

test('a frozen table stays as it begins, and as the compression leaves it', async () => {
  const options = { ...base, freezeTable: true, compress: { compressor: lowrank({ rank: 4 }), atEpoch: 2 } }
  const done = await train(task, options, tensor)
  const checkpoints: Uint8Array[] = []
  await train(task, { ...options, compress: undefined }, tensor, {
    onCheckpoint: async (bytes) => void checkpoints.push(bytes)
  })
  expect(load(checkpoints.at(-1)).table.tensors.data.data).toEqual(task.initial)
  const begun = await train(task, { ...options, compress: { ...options.compress, atEpoch: 0 }, epochs: 0 }, tensor)
  expect(contents(done).tensors).toEqual(contents(begun).tensors)
  expect(contents(done).parameters).not.toEqual(contents(begun).parameters)
})

test('another optimizer and schedule take over once the table is compressed', async () => {
  const rates: string[] = []
  const hooks: TrainHooks = { onEpoch: ({ phase, rate }) => void (rate !== null && rates.push(`${phase} ${rate}`)) }
  const options = { ...compressing, schedule: () => constant({ rate: 0.01 }) }
  const once = await train(task, options, tensor, hooks)
  expect(rates).toEqual([
    ...['full 0.01', 'full 0.01', 'compressed 0.005', 'compressed 0.005', 'quantized 0.005', 'quantized 0.005']
  ])
  const same = await train(task, { ...options, retrain: { schedule: options.retrain?.schedule } }, tensor)
  expect(contents(same).reports[0]).toEqual(contents(once).reports[0])
  expect(contents(same).parameters).not.toEqual(contents(once).parameters)
})

test('stops a phase early when the dev data gains nothing any more', async () => {
  const epochs: EpochReport[] = []
  const options = { ...base, epochs: 60, patience: 2 }
  const { reports } = await train(task, options, tensor, { onEpoch: (report) => epochs.push(report) })
  expect(reports[0].epochs).toBe(reports[0].bestEpoch + 2)
  expect(epochs).toHaveLength(reports[0].epochs + 1)
  expect(reports[0].epochs).toBeLessThan(60)
})

test('the tensors of tfjs do not add up: as many after an epoch as before', async () => {
  const wide = await createTask({ train: reviews(400, 5), dim: 300 })
  const counts: number[] = []
  const options = {
    ...compressing,
    model: 'lstm',
    batch: 100,
    compress: { compressor: lowrank({ rank: 20 }), atEpoch: 1 },
    epochs: 3
  } as const
  await train(wide, options, tensor, { onEpoch: () => counts.push(memory().numTensors) })
  expect(counts.length).toBeGreaterThan(5)
  expect(new Set(counts).size).toBe(1)
})

describe('stops, with one line, at', () => {
  test('a loss that is no number: the step and the rate are named, and the last checkpoint is a good one', async () => {
    const checkpoints: Uint8Array[] = []
    const steps = 15
    const schedule = () => ({ name: 'jump', config: {}, rate: (step: number) => (step < 2 * steps + 3 ? 0.02 : 1e30) })
    const options = { ...base, optimizer: 'sgd', schedule }
    const run = train(task, options, tensor, { onCheckpoint: async (bytes) => void checkpoints.push(bytes) })
    const message =
      /^the loss is (NaN|Infinity) at step 3\d \(epoch 3, learning rate 1e\+30\): training diverged; give a schedule with a lower rate$/
    await expect(run).rejects.toMatchObject({ code: 'bad-option', message: expect.stringMatching(message) })
    expect(checkpoints).toHaveLength(2)
    const again = train(task, options, tensor, {}, checkpoints.at(-1))
    await expect(again).rejects.toMatchObject({ message: expect.stringMatching(message) })
  })

  test.each([
    [
      'a compression that cannot be trained',
      { compress: { compressor: fixedpoint(), atEpoch: 1 } },
      'bad-input',
      'the compression cannot be trained: its table is quantized'
    ],
    [
      'one whose leaves cannot be',
      { compress: { compressor: pipeline(lowrank({ rank: 2 }), fixedpoint()), atEpoch: 1 } },
      'bad-input',
      'its part "left" is quantized'
    ],
    [
      'an epoch after the last',
      { compress: { compressor: lowrank({ rank: 2 }), atEpoch: 5 } },
      'bad-option',
      'from 0 to 4, not 5'
    ],
    ['an unknown model', { model: 'cnn' as never }, 'bad-option', 'model must be one of dan, lstm, linear, not "cnn"'],
    ['half an epoch', { epochs: 1.5 }, 'bad-option', 'epochs must be a whole number'],
    ['no batch', { batch: 0 }, 'bad-option', 'batch must be'],
    ['a dropout of all', { wordDropout: 1 }, 'bad-option', 'word dropout must be'],
    ['no patience', { patience: 0 }, 'bad-option', 'patience must be'],
    ['a seed that is none', { seed: -1 }, 'bad-option', 'seed must be'],
    [
      'a rank that the table cannot have',
      { compress: { compressor: lowrank({ rank: 13 }), atEpoch: 0 } },
      'bad-option',
      'lowrank: rank=13 is more'
    ]
  ])('%s', async (_, wrong, code, message) => {
    const run = train(task, { ...base, ...wrong }, tensor)
    await expect(run).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })
})

describe('a checkpoint of another run is refused:', () => {
  let bytes: Uint8Array
  beforeAll(async () => {
    await train(task, { ...base, epochs: 1 }, tensor, {
      onCheckpoint: async (made) => {
        bytes = made
      }
    })
  })
  const resume = (other: Task, options: Partial<TrainOptions> = {}, from = bytes) =>
    train(other, { ...base, epochs: 1, ...options }, tensor, {}, from)

  test('a table of another dim, or of other words', async () => {
    const [data, dev] = [reviews(300, 1), reviews(120, 2)]
    const wider = await createTask({ train: data, dev, dim: 13 })
    await expect(resume(wider)).rejects.toThrow(
      "checkpoint: its table has 12 columns, this run's has 13: give the vectors"
    )
    const fewer = await createTask({ train: data.slice(0, 4), dev, dim: 12 })
    await expect(resume(fewer)).rejects.toThrow(/its table has \d+ rows, this run's has \d+: give the data/)
    const others = await createTask({ train: [...data].reverse(), dev, dim: 12 })
    await expect(resume(others)).rejects.toThrow('it was made with other texts or vectors')
  })

  test('other options', async () => {
    const wrong = 'checkpoint: it was made with optimizer "adam", this run has "sgd": give the same, or begin anew'
    await expect(resume(task, { optimizer: 'sgd' })).rejects.toThrow(wrong)
    const rate = /made with schedule .*0\.02.*, this run has .*0\.03/
    await expect(resume(task, { schedule: () => constant({ rate: 0.03 }) })).rejects.toThrow(rate)
    await expect(resume(task, { patience: 3 })).rejects.toThrow('made with patience none, this run has 3')
  })

  test('a file that is none, and a damaged one', async () => {
    const { save, dense } = await import('@slimbed/core')
    const table = await save({ table: dense(2, 2, new Float32Array(4)), provenance: {} })
    await expect(resume(task, {}, table)).rejects.toThrow('checkpoint: the file is none')
    const damaged = bytes.slice()
    damaged[damaged.length - 1] ^= 1
    await expect(resume(task, {}, damaged)).rejects.toMatchObject({ code: 'corrupt-file' })
  })
})
