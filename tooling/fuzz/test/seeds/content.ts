import { constant, createTask, defaults, type Task, type TrainOptions } from '@slimbed/train'

// What seeds hold that their readers must know, too.

/** The words of the seeds of vectors. */
export const list = ['the', 'of', '中文', 'naïve', 'b😀', "don't", 'New_York', '3.14', 'a-b', 'water', 'x', 'zoo']

const texts = ['good warm film', 'bad dull film', 'a fine day', 'a poor night', 'great', 'awful and cold']
const examples = texts.map((text, i) => ({ text, label: i % 2 ? 'bad' : 'good' }))

/** What the checkpoint is made of: a run goes on from it with the same. */
export const trainTask = (): Promise<Task> => createTask({ train: examples, dev: examples, dim: 4 })

export const trainOptions: TrainOptions = {
  ...{ ...defaults, model: 'dan', epochs: 1, batch: 3 },
  schedule: () => constant({ rate: 0.01 })
}
