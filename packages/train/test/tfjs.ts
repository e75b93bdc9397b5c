import type { Table } from '@slimbed/core'
import * as tf from '@tensorflow/tfjs'
import type { Model } from '../src/models/model.js'

// It talks on the console at first use otherwise.
tf.env().set('PROD', true)

type Variables = Map<string, tf.Variable<tf.Rank.R2>>

/** A table as tensors: every leaf a variable, named by its path; the rows are made by plain operations. */
function rowsOf(table: Table, path: string, variables: Variables): tf.Tensor2D {
  const child = (name: string) => rowsOf(table.children[name], path === '' ? name : `${path}.${name}`, variables)
  if (table.kind === 'dense') {
    const data = table.tensors.data.data as Float32Array
    const variable = variables.get(path) ?? tf.variable(tf.tensor2d(data.slice(), [table.rows, table.dim]))
    variables.set(path, variable)
    return variable
  }
  if (table.kind === 'product') return tf.matMul(child('left'), child('right'))
  const group = [...(table.tensors.group.data as Uint8Array)]
  const parts = Object.keys(table.children).map(child)
  const starts = parts.map((_, id) => group.filter((own) => own < id).length)
  const seen = parts.map(() => 0)
  const places = group.map((own) => starts[own] + seen[own]++)
  return tf.gather(tf.concat(parts, 0), tf.tensor1d(places, 'int32'))
}

const named = (variables: Variables, name: string) => variables.get(`model ${name}`)!

function lstmOf(variables: Variables, rows: tf.Tensor2D): tf.Tensor2D {
  const units = 150
  let hidden: tf.Tensor2D = tf.zeros([1, units])
  let cell: tf.Tensor2D = tf.zeros([1, units])
  const states: tf.Tensor2D[] = []
  for (let step = 0; step < rows.shape[0]; step++) {
    const input = tf.slice2d(rows, [step, 0], [1, rows.shape[1]])
    const own = tf.matMul(input, named(variables, 'input-weights'))
    const past = tf.matMul(hidden, named(variables, 'recurrent-weights'))
    const sums = tf.add(tf.add(own, past), named(variables, 'recurrent-bias'))
    const [i, f, o, g] = tf.split(sums, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
    cell = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g)))
    hidden = tf.mul(tf.sigmoid(o), tf.tanh(cell))
    states.push(hidden)
  }
  return tf.mean(tf.concat(states, 0), 0, true)
}

/** Scores of one sentence, `1 × classes`. */
function scoresOf(name: string, variables: Variables, rows: tf.Tensor2D): tf.Tensor2D {
  if (name === 'lstm') {
    const mean = lstmOf(variables, rows)
    return tf.add(tf.matMul(mean, named(variables, 'output-weights')), named(variables, 'output-bias'))
  }
  let value: tf.Tensor2D = tf.mean(rows, 0, true)
  for (let i = 0; variables.has(`model layer${i}-weights`); i++) {
    if (i > 0) value = tf.relu(value)
    value = tf.add(tf.matMul(value, named(variables, `layer${i}-weights`)), named(variables, `layer${i}-bias`))
  }
  return value
}

/** The loss of a batch and its gradients by tfjs: the leaves of the table in their order, then the model's parameters. */
export function tfGradients(
  name: string,
  model: Model,
  table: Table,
  sentences: readonly Uint32Array[],
  labels: Uint32Array
): { loss: number; gradients: Float32Array[] } {
  return tf.tidy(() => {
    const variables: Variables = new Map()
    rowsOf(table, '', variables)
    for (const part of model.parameters) {
      variables.set(`model ${part.name}`, tf.variable(tf.tensor2d(part.data.slice(), [part.rows, part.dim])))
    }
    const compute = () => {
      const rows = rowsOf(table, '', variables)
      const scores = sentences.map((own) => scoresOf(name, variables, tf.gather(rows, tf.tensor1d([...own], 'int32'))))
      const targets = tf.oneHot(tf.tensor1d([...labels], 'int32'), 3)
      return tf.losses.softmaxCrossEntropy(targets, tf.concat(scores, 0)) as tf.Scalar
    }
    const all = [...variables.values()]
    const { value, grads } = tf.variableGrads(compute, all)
    const gradients = all.map((variable) => grads[variable.name].dataSync() as Float32Array)
    for (const variable of all) variable.dispose()
    return { loss: value.dataSync()[0], gradients }
  })
}

/** What an optimizer of tfjs makes of `data` in as many steps as there are gradients. */
export function tfSteps(optimizer: tf.Optimizer, data: Float32Array, gradients: readonly Float32Array[]): Float32Array {
  const variable = tf.variable(tf.tensor1d(data.slice()))
  for (const gradient of gradients) {
    optimizer.applyGradients({ [variable.name]: tf.tensor1d(gradient) })
  }
  const out = variable.dataSync() as Float32Array
  variable.dispose()
  return out
}
