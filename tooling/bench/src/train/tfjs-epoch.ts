import { createTask } from '@slimbed/train'
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { shape, texts } from './texts.js'

/**
 * `tfjs-epoch.js BACKEND STEPS ROWS`: the deep averaging network as tfjs trains it, by `gather`, automatic differentiation and its
 * own Adam. So many steps on a table of so many rows are measured, and counted up to an epoch on all rows: the gradient of
 * `gather` goes through the batch once for every row.
 */
const [backend, steps, rows] = process.argv.slice(2)
tf.env().set('PROD', true)
await tf.setBackend(backend)
const all = texts()
const task = await createTask({ train: all, dev: all.slice(0, 50), dim: shape.dim, maxLength: 64 })
const matrix = (rows: number, dim: number) =>
  tf.variable(tf.randomUniform([rows, dim], -0.1, 0.1)) as tf.Variable<tf.Rank.R2>
const count = Math.min(Number(rows), task.vocabulary.size)
const table = tf.variable(tf.tensor2d(task.initial.slice(0, count * shape.dim), [count, shape.dim]))
const [first, second, third] = [matrix(shape.dim, 30), matrix(30, 25), matrix(25, 2)]
const optimizer = tf.train.adam(1e-3)
const { sentences, labels } = task.train

function step(start: number): void {
  const own = sentences.slice(start, start + shape.batch)
  optimizer.minimize(() => {
    const lengths = own.map(({ length }) => length)
    const rows = tf.gather(
      table,
      tf.tensor1d(
        own.flatMap((tokens) => [...tokens].map((row) => row % count)),
        'int32'
      )
    )
    const means = tf.concat(tf.split(rows, lengths, 0).map((part) => tf.mean(part, 0, true)))
    const hidden = tf.relu(tf.matMul(tf.relu(tf.matMul(means as tf.Tensor2D, first)), second))
    const scores = tf.matMul(hidden, third)
    const targets = tf.oneHot(tf.tensor1d([...labels.subarray(start, start + shape.batch)], 'int32'), 2)
    return tf.losses.softmaxCrossEntropy(targets, scores) as tf.Scalar
  })
}

try {
  const begin = performance.now()
  for (let i = 0; i < Number(steps); i++) step(i * shape.batch)
  const measured = (performance.now() - begin) / 1000
  const stepsPerEpoch = Math.ceil(sentences.length / shape.batch)
  const seconds = ((measured / Number(steps)) * stepsPerEpoch * task.vocabulary.size) / count
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
  process.stdout.write(JSON.stringify({ rows: task.vocabulary.size, dim: task.dim, seconds, peakMemoryBytes }))
} catch (error) {
  // The last line is what the report shows.
  process.stderr.write(`${(error as Error).message.split('\n')[0]}\n`)
  process.exitCode = 1
}
