import { Option } from 'commander'
import { askedOptions } from '../flags/asked.js'
import { positive, repeated, size } from '../flags/shared.js'

// Flags of `slimbed rewrite` that several formats have, one object for all of them.

/** `--tensor`, once for each table. */
export const tensorOption = new Option(
  '--tensor <name>',
  'table to rewrite, instead of the one that the model looks tokens up in; * matches anything; may be repeated'
)
  .argParser(repeated)
  .default([], 'the token table')

/** `--pipeline`. */
export const pipelineOption = new Option(
  '-p, --pipeline <spec>',
  'compressors in order, such as "fixedpoint(bits=4, clip=mse)"'
)

/** `--target` and `--ratio`, for formats that can meet a size. */
export const sizeOptions = [
  new Option('--target <size>', 'look for what loses least in a model of this size, such as 4MB').argParser(size),
  new Option('--ratio <times>', 'the same for a model so many times smaller than it is').argParser(positive)
]

/** The flags that a pipeline is looked for by, for formats with pipelines. */
export const findingOptions = [
  ...sizeOptions,
  ...askedOptions.filter((option) => !['target', 'ratio'].includes(option.attributeName()))
]

/** `--weights`. */
export const weightsOption = new Option(
  '--weights <what>',
  'how much each row counts: a file with a word, a tab and a count per line; zipf; or uniform'
)

/** `--plugin`, for formats with pipelines. */
export const pluginOption = new Option(
  '--plugin <package or path>',
  'a package or .js file with compressors of your own; may be repeated'
)
  .argParser(repeated)
  .default([], 'none')

/** `--check`. */
export const checkOption = new Option(
  '--check <file>',
  'texts, one a line, on which the model is compared before and after: outputs, labels, or cosines of words'
)
