import type { Command, Option } from 'commander'
import { modelFormats, modelOptions } from '../rewrite/formats.js'
import { add } from './shared.js'

/** Which formats have an option. */
const formatsOf = (option: Option) => modelFormats.filter(({ options }) => options.includes(option))

/** Declares `slimbed rewrite`: the flags of every format, and those of each. */
export function declareRewrite(program: Command): Command {
  const command = add(program.command('rewrite <model>'), 'compute', 'json', 'quiet')
    .summary('make the table inside a model file smaller')
    .description(
      `Writes a model file (${modelFormats.map(({ name }) => name).join(', ')}) with a smaller table. It has the same inputs and outputs and runs where it ran.`
    )
    .requiredOption('-o, --output <file>', 'the file to write, in the format of the model')
  for (const option of modelOptions) {
    const [first, ...others] = formatsOf(option)
    if (!first) option.hideHelp()
    else if (others.length === 0 && modelFormats.length > 1) option.helpGroup(`Options for ${first.name}:`)
    command.addOption(option)
  }
  return command
}

/** The flags that a user has given, by the names of their values. */
export const givenTo = (command: Command): string[] =>
  command.options.map((option) => option.attributeName()).filter((name) => command.getOptionValueSource(name) === 'cli')
