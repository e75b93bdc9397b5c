import { type Command, Option } from 'commander'
import { decimal, percentage, positive, size } from './shared.js'

/** What is asked of a pipeline that is to be found. */
export interface AskedFlags {
  /** Bytes of the whole file. */
  readonly target?: number
  readonly ratio?: number
  /** The share of neighbours kept. */
  readonly keep?: number
  readonly maxError?: number
  readonly minCosine?: number
}

/** The flags that a pipeline is looked for by. */
export const askedOptions: readonly Option[] = [
  new Option(
    '--target <size>',
    'instead of -p: look for the pipeline that loses least in a file of this size, such as 4MB'
  ).argParser(size),
  new Option('--ratio <times>', 'instead of -p: the same for a file so many times smaller than float32').argParser(
    positive
  ),
  new Option(
    '--keep <share>',
    'instead of -p: look for the smallest file in which so many of the 10 nearest rows stay; 95% where nothing is asked'
  ).argParser(percentage),
  new Option('--max-error <error>', 'instead of -p: the smallest file of at most this relative error').argParser(
    positive
  ),
  new Option('--min-cosine <cosine>', 'instead of -p: the smallest file of at least this mean cosine').argParser(
    decimal
  )
]

/** Flags of the search that only `slimbed compress` has. */
export interface SearchFlags extends AskedFlags {
  readonly measure?: 'error' | 'weighted' | 'cosine' | 'kept' | 'logits' | 'perplexity'
  /** Of a language model on the text that it is calibrated on, at most. */
  readonly maxPerplexity?: number
  readonly dryRun?: boolean
}

/** Declares the flags that a pipeline is looked for by. */
export function declareSearch(command: Command): Command {
  for (const option of askedOptions) command.addOption(option)
  return command
    .addOption(
      new Option(
        '--max-perplexity <perplexity>',
        'with --tensor and --calibrate, instead of -p: the smallest file by which the language model has at most this perplexity on the text'
      ).argParser(positive)
    )
    .addOption(
      new Option('--measure <what>', 'what is to be least with --target or --ratio (default: error)').choices([
        'error',
        'weighted',
        'cosine',
        'kept',
        'logits',
        'perplexity'
      ])
    )
    .option('--dry-run', 'show what was tried and would be taken, and write nothing')
}

/** Whether a measure is of what a language model predicts: the error of its logits is counted by what it does to the perplexity, so both are one. */
export const isOfModel = (measure: SearchFlags['measure']): measure is 'logits' | 'perplexity' =>
  measure === 'logits' || measure === 'perplexity'

/** The share of neighbours that is kept where nothing is asked. */
const usual = 0.95

/** Whether a size or a quality is asked for. */
export const isAsked = ({ target, ratio, keep, maxError, minCosine }: AskedFlags): boolean =>
  [target, ratio, keep, maxError, minCosine].some((value) => value !== undefined)

/** What flags ask for, as `plan` takes it. */
export function askedOf(flags: AskedFlags) {
  const { target, ratio, keep, maxError, minCosine } = flags
  return { target, ratio, maxError, minCosine, minKept: isAsked(flags) ? keep : usual }
}

/** The bytes that a model may have, where a size is asked for. A ratio is that of the files before and after. */
export const bytesAsked = ({ target, ratio }: AskedFlags, modelBytes: number): number | undefined =>
  target ?? (ratio === undefined ? undefined : Math.floor(modelBytes / ratio))
