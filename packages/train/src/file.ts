import { save } from '@slimbed/core'
import {
  type JsonObject,
  load,
  SlimbedError,
  type Table,
  type Tensor,
  type Tensors,
  type Vocabulary
} from '@slimbed/runtime'
import { modelCalled, modelNames } from './models/index.js'
import type { Model, Source } from './models/model.js'
import { multiplyHere } from './network/multiply.js'
import { frozen } from './network/nodes/frozen.js'
import { parameter } from './network/parameter.js'
import { softmax } from './network/softmax.js'
import type { Trained } from './run/train.js'
import { type Reading, rowsIn } from './text/tokens.js'

const kind = 'classifier'

/** A trained classifier, ready to use. */
export interface Classifier {
  readonly model: string
  readonly labels: readonly string[]
  readonly table: Table
  readonly vocabulary: Vocabulary
  readonly reading: Reading
  /** Never rejects. All texts without a known word get the same answer. */
  classify(text: string): Promise<Classification>
}

/** The result of classifying a text. */
export interface Classification {
  readonly label: string
  /** The probability of each class, in the order of `labels`. */
  readonly probabilities: readonly number[]
  /** Words of the text that the table has. */
  readonly known: number
}

/**
 * The bytes of a file that holds the table, the words, the labels and the classifier. Every reader of slimbed files finds the table
 * and the words in it. `provenance` says how it was made.
 */
export async function saveClassifier(trained: Trained, provenance: JsonObject): Promise<Uint8Array> {
  const { task, options, table, model } = trained
  const { lowercase, maxLength } = task.reading
  const config = { kind, version: 1, model: options.model, labels: task.labels, lowercase, maxLength }
  const tensors = Object.fromEntries(
    model.parameters.map(({ name, rows, dim, data }): [string, Tensor] => [
      name,
      { dtype: 'F32', shape: [rows, dim], data }
    ])
  )
  // Nothing reads the counts of the training texts.
  const { counts: _, ...vocabulary } = task.vocabulary
  return save({ table, vocabulary, provenance, extra: { config, tensors } })
}

function corrupt(message: string): never {
  throw new SlimbedError('corrupt-file', `classifier: ${message}`)
}

/** The facts in the manifest of a classifier. Throws `corrupt-file`. */
function factsOf({ model, labels, lowercase, maxLength, version }: JsonObject) {
  if (version !== 1) throw new SlimbedError('unsupported', `classifier: version ${JSON.stringify(version)}; 1 is known`)
  if (typeof model !== 'string' || !modelNames.includes(model as never))
    corrupt(`unknown model ${JSON.stringify(model)}`)
  const strings = Array.isArray(labels) && labels.length > 1 && labels.every((label) => typeof label === 'string')
  if (!strings || new Set(labels).size !== labels.length) corrupt('labels must be two strings or more, all different')
  if (typeof lowercase !== 'boolean') corrupt('lowercase must be true or false')
  if (typeof maxLength !== 'number' || !(maxLength >= 1)) corrupt('maxLength must be a number of 1 or more')
  return { model, labels: labels as string[], reading: { lowercase, maxLength } }
}

/** Parameters from the tensors of a file: nothing is allocated before the shape is known to fit. */
const stored =
  (tensors: Tensors): Source =>
  (name, rows, dim) => {
    const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined
    const fits = tensor?.shape.length === 2 && tensor.shape[0] === rows && tensor.shape[1] === dim
    if (fits && tensor.data instanceof Float32Array) return parameter(name, rows, dim, tensor.data)
    return corrupt(`expected a tensor extra.${name} of ${rows} × ${dim} F32`)
  }

function classifier(model: Model, facts: ReturnType<typeof factsOf>, table: Table, vocabulary: Vocabulary): Classifier {
  const { labels, reading } = facts
  const nodes = frozen(table)
  return {
    ...{ model: facts.model, labels, table, vocabulary, reading },
    async classify(text) {
      const sentence = rowsIn(text, reading, vocabulary.find)
      const { value } = await model.forward([sentence], nodes, multiplyHere)
      const probabilities = Array.from(softmax(value, labels.length))
      const best = probabilities.indexOf(Math.max(...probabilities))
      return { label: labels[Math.max(0, best)], probabilities, known: sentence.length }
    }
  }
}

/**
 * Reads what `saveClassifier` made. Throws `corrupt-file` and `unsupported` as `load` does, and `bad-input` for an artefact that holds
 * a table alone.
 */
export function loadClassifier(bytes: Uint8Array): Classifier {
  const { table, vocabulary, extra } = load(bytes)
  if (extra?.config.kind !== kind || !vocabulary) {
    throw new SlimbedError(
      'bad-input',
      'expected a classifier, a file that "slimbed train" made; this one holds a table alone'
    )
  }
  const facts = factsOf(extra.config)
  const shape = { dim: table.dim, classes: facts.labels.length }
  const model = modelCalled(facts.model)(shape, stored(extra.tensors))
  return classifier(model, facts, table, vocabulary)
}
