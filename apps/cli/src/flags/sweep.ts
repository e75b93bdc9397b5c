import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Reading } from '../open/table.js'
import { add, type ComputeFlags, type JsonFlag, positive } from './shared.js'

/** The flags of `slimbed sweep`. */
export interface SweepFlags extends Reading, ComputeFlags, JsonFlag {
  /** Where to write the page. */
  readonly report?: string
  /** Where results are kept; beside the page, unless given. */
  readonly output?: string
  /** How many times smaller than float32 the files are that are tried. */
  readonly ratios: readonly number[]
  readonly measure: 'error' | 'weighted' | 'cosine' | 'kept'
  /** A folder of tasks. */
  readonly tasks?: string
  readonly weights?: string
  readonly counts: boolean
  readonly seed: number
  readonly plugin: readonly string[]
}

/** A parser of numbers above 0, separated by commas, each once, rising. */
function numbers(text: string): readonly number[] {
  try {
    return [...new Set(text.split(',').map(positive))].sort((a, b) => a - b)
  } catch {
    throw new InvalidArgumentError('Expected numbers above 0 with commas between, such as 4,8,16.')
  }
}

/** Declares `slimbed sweep`. */
export const declareSweep = (program: Command): Command =>
  add(
    program.command('sweep <input>'),
    'vocab',
    'limit',
    'part',
    'column',
    'tensor',
    'compute',
    'seed',
    'plugin',
    'json',
    'quiet'
  )
    .summary('measure what each kind of pipeline loses at each size')
    .description(
      'Runs the best pipeline of every family at several sizes, and shows bytes against error, cosine, neighbours kept and tasks. Results are kept as they come: the same command goes on where it was stopped.'
    )
    .option('--report <page.html>', 'write the result as an HTML page with plots')
    .option('-o, --output <results.json>', 'where results are kept (default: beside the page, its name with .json)')
    .option(
      '--ratios <numbers>',
      'how many times smaller than float32 the files are, with commas between',
      numbers,
      [4, 6, 8, 12, 16, 26, 40]
    )
    .addOption(
      new Option('--measure <what>', 'what is to be least at each size')
        .choices(['error', 'weighted', 'cosine', 'kept'])
        .default('error')
    )
    .option('--tasks <folder>', 'also run the tasks in this folder on each table')
    .option(
      '--weights <what>',
      'how much each row counts: a file with a word, a tab and a count per line; zipf; or uniform'
    )
    .option('--no-counts', 'leave the counts of words out of the files')
