import { createTensor } from '@slimbed/core'
import type { Backend } from '@slimbed/core/backends'
import { lowrank } from '@slimbed/lowrank'
import { constant, createTask, defaults, type ModelName, train } from '@slimbed/train'
import { shape, texts } from './texts.js'

/** `epoch.js BACKEND MODEL [RANK]`: an epoch of training, the second of two, on the full table or on factors of a rank. */
const [backend, model, rank] = process.argv.slice(2)
const all = texts()
const task = await createTask({ train: all, dev: all.slice(0, 50), dim: shape.dim, maxLength: 64 })
const tensor = await createTensor({ backend: backend as Backend, threads: 1 })
const ends: number[] = []
const compress = rank === undefined ? undefined : { compressor: lowrank({ rank: Number(rank) }), atEpoch: 0 }
const options = { ...defaults, model: model as ModelName, batch: shape.batch, epochs: 2, compress }
await train(task, { ...options, schedule: () => constant({ rate: 1e-3 }) }, tensor, {
  onEpoch: () => void ends.push(performance.now())
})
await tensor.close()
const seconds = (ends.at(-1)! - ends.at(-2)!) / 1000
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(JSON.stringify({ rows: task.vocabulary.size, dim: task.dim, seconds, peakMemoryBytes }))
