import { SlimbedError } from '@slimbed/core'
import { lstm } from './lstm.js'
import { dan, linear } from './mean.js'
import type { MakeModel } from './model.js'

const models = { dan, lstm, linear } as const

/** The name of a kind of model. */
export type ModelName = keyof typeof models

/** The kinds of models: deep averaging network, LSTM, logistic regression. */
export const modelNames = Object.keys(models) as readonly ModelName[]

/** How the model called `name` is made. Throws `bad-option` for a name that is not in `modelNames`. */
export function modelCalled(name: string): MakeModel {
  if (Object.hasOwn(models, name)) return models[name as ModelName]
  throw new SlimbedError('bad-option', `model must be one of ${modelNames.join(', ')}, not "${name}"`)
}
