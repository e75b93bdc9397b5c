import type { Command } from 'commander'
import { add, type JsonFlag } from './shared.js'

/** The flags of `slimbed inspect`. */
export interface InspectFlags extends JsonFlag {
  /** The table of a model that is shown alone. */
  readonly tensor?: string
}

/** Declares `slimbed inspect`. */
export const declareInspect = (program: Command): Command =>
  add(program.command('inspect <artefact>'), 'tensor', 'json', 'quiet')
    .summary('show what a compressed file contains')
    .description('Shows the tree of tables in a compressed file, the bytes of each, how it was made and its errors.')
