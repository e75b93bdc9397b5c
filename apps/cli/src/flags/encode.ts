import type { VectorFormat } from '@slimbed/io'
import { type Command, Option } from 'commander'
import { add, type JsonFlag } from './shared.js'

/** The flags of `slimbed encode`. */
export interface EncodeFlags extends JsonFlag {
  /** Where vectors are written; stdout as text without it. */
  readonly output?: string
  /** Needed if the output has no ending that names a format. */
  readonly format?: VectorFormat
}

/** Declares `slimbed encode`. */
export const declareEncode = (program: Command): Command =>
  add(program.command('encode <model> [text...]'), 'json', 'quiet')
    .summary('turn texts into vectors')
    .description(
      'Turns texts into vectors with a static sentence model: a file that "slimbed compress" made of it, its folder, or a zip of it. Prints the numbers of a text on a line.'
    )
    .option('-o, --output <file>', 'a file for the vectors, in the order of the texts: .npy or .safetensors')
    .addOption(
      new Option('--format <name>', 'of the output, where its ending does not say it').choices(['npy', 'safetensors'])
    )
    .addHelpText(
      'after',
      '\nWith - in place of the texts, or none, each line of stdin is a text; of an empty one the vector is zeros.'
    )
