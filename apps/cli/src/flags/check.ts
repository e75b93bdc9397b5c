import type { Command } from 'commander'
import type { CompareFlags } from './compare.js'
import { add, decimal, percentage, positive, size } from './shared.js'

/** The flags of `slimbed check`. */
export interface CheckFlags extends CompareFlags {
  /** The original. */
  readonly against?: string
  /** Bytes of the file. */
  readonly maxBytes?: number
  readonly maxError?: number
  readonly minCosine?: number
  readonly minKept?: number
}

/** Declares `slimbed check`. */
export const declareCheck = (program: Command): Command =>
  add(program.command('check <artefact>'), 'vocab', 'column', 'tensor', 'compute', 'json', 'quiet')
    .summary('check that a compressed file is small and good enough')
    .description(
      'Checks a compressed file against limits, for scripts: exits with 0 where all are kept, and with 1 and the figures that fall short where not.'
    )
    .option('--against <original>', 'the vectors that it was made from; the limits of quality need them')
    .option('--max-bytes <size>', 'the size of the file at most, such as 4MB', size)
    .option('--max-error <error>', 'the relative error at most', positive)
    .option('--min-cosine <cosine>', 'the mean cosine between rows before and after, at least', decimal)
    .option(
      '--min-kept <share>',
      'of each of 1,000 rows, the 10 nearest that are still nearest, at least, such as 95%',
      percentage
    )
