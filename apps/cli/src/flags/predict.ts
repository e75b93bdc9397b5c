import type { Command } from 'commander'
import { add, type JsonFlag } from './shared.js'

/** The flags of `slimbed predict`. */
export interface PredictFlags extends JsonFlag {}

/** Declares `slimbed predict`. */
export const declarePredict = (program: Command): Command =>
  add(program.command('predict <model> [text...]'), 'json', 'quiet')
    .summary('classify texts')
    .description('Classifies texts with a classifier made by "slimbed train".')
    .addHelpText('after', '\nWith - in place of the texts, or none, each line of stdin is a text.')
