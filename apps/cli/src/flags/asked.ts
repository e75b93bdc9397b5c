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
  readonly measure?: 'error' | 'weighted' | 'cosine' | 'kept' | 'logits'
  readonly dryRun?: boolean
}

/** Declares the flags that a pipeline is looked for by. */
export const declareAsked = (command: Command): Command =>
  command
    .option(
      '--target <size>',
      'instead of -p: look for the pipeline that loses least in a file of this size, such as 4MB',
      size
    )
    .option('--ratio <times>', 'instead of -p: the same for a file so many times smaller than float32', positive)
    .option(
      '--keep <share>',
      'instead of -p: look for the smallest file in which so many of the 10 nearest rows stay; 95% where nothing is asked',
      percentage
    )
    .option('--max-error <error>', 'instead of -p: the smallest file of at most this relative error', positive)
    .option('--min-cosine <cosine>', 'instead of -p: the smallest file of at least this mean cosine', decimal)
    .addOption(
      new Option('--measure <what>', 'what is to be least with --target or --ratio (default: error)').choices([
        'error',
        'weighted',
        'cosine',
        'kept',
        'logits'
      ])
    )
    .option('--dry-run', 'show what was tried and would be taken, and write nothing')
