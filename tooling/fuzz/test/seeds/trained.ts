import type { Tensor, TensorAdapter } from '@slimbed/core'
import { tensorsOf } from '@slimbed/lm'
import { saveClassifier, train } from '@slimbed/train'
import { safetensors } from '../../../../packages/io/test/safetensors/safetensors-file.js'
import { denseTable, languageModel } from '../../../../packages/lm/test/language-model.js'
import { trainOptions, trainTask } from './content.js'
import type { Seed } from './seed.js'

/** A trained classifier, the checkpoint of its run, and a language model. */
export async function trainedSeeds(tensor: TensorAdapter): Promise<Seed[]> {
  const task = await trainTask()
  let checkpoint = new Uint8Array()
  const trained = await train(task, trainOptions, tensor, {
    async onCheckpoint(bytes) {
      checkpoint = Uint8Array.from(bytes)
    }
  })
  const one = (kind: Seed['kind'], name: string, bytes: Uint8Array): Seed => ({ kind, name, files: { [name]: bytes } })
  const tables = ['embedding', 'softmax'].map((name, i): [string, Tensor] => [
    `${name}.weight`,
    denseTable(i).tensors.data
  ])
  const language = Object.fromEntries(
    [...tensorsOf(languageModel(denseTable(1), denseTable(2))), ...tables].map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape: [...shape], data }
    ])
  )
  return [
    one('classifier', 'classifier.safetensors', await saveClassifier(trained, {})),
    one('checkpoint', 'run.checkpoint', checkpoint),
    one('model', 'language-model.safetensors', safetensors(language))
  ]
}
