import { adagrad } from './adagrad.js'
import { adam } from './adam.js'
import type { OptimizerDefinition } from './optimizer.js'
import { rmsprop } from './rmsprop.js'
import { sgd } from './sgd.js'

// biome-ignore lint/suspicious/noExplicitAny: options are checked against each definition's own schema
export const optimizers: readonly OptimizerDefinition<any>[] = [adam, adagrad, rmsprop, sgd]

/** The names of the optimizers. */
export const optimizerNames: readonly string[] = optimizers.map(({ name }) => name)
