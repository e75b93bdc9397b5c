import type { SubjectOptions } from '@slimbed/eval'
import { type Command, Option } from 'commander'
import type { ModelFlags } from '../open/language-model.js'
import type { Reading } from '../open/table.js'
import { add, type ComputeFlags, integer, type JsonFlag } from './shared.js'

/** The flags of `slimbed eval`. */
export interface EvalFlags extends Reading, ComputeFlags, JsonFlag, SubjectOptions {
  /** A folder of tasks. */
  readonly tasks?: string
  /** The file that the tables were made from. */
  readonly against?: string
  readonly weights?: string
  /** Where to write the result as a page. */
  readonly report?: string
  readonly seed: number
  readonly resamples: number
}

/** The flags of `slimbed eval --lm`. */
export interface EvalLmFlags extends ModelFlags, ComputeFlags, JsonFlag {
  /** The folder of a language model. */
  readonly lm?: string
  /** The text to predict. */
  readonly text?: string
  /** A text that the factor for the logits is chosen on. */
  readonly calibrate?: string
  /** How many of its tokens; all by default. */
  readonly tokens?: number
  readonly seed: number
}

/** Declares `slimbed eval`. */
export const declareEval = (program: Command): Command =>
  add(program.command('eval [table...]'), 'vocab', 'column', 'tensor', 'compute', 'seed', 'resamples', 'json', 'quiet')
    .summary('measure the quality of tables')
    .description(
      'Runs tasks on tables (similarity, analogy, categorization, classification) and compares them with the original.'
    )
    .option('--tasks <folder>', 'folder with the tasks: files, or folders named similarity, analogy, … or eval')
    .option('--against <original>', 'file that the tables were made from: adds errors, and differences with intervals')
    .option(
      '--weights <what>',
      'how much each row counts: a file with a word, a tab and a count per line; zipf; or uniform'
    )
    .option('--report <page.html>', 'also write the result as an HTML page with plots')
    .addOption(
      new Option('--case <how>', 'exact: look words up as they are spelt, then in lower case; fold: ignore case')
        .choices(['exact', 'fold'])
        .default('exact')
    )
    .option('--lm <folder>', 'measure the perplexity of a language model instead of tables')
    .option(
      '--model <file>',
      'a model file, plain or compressed, instead of model.safetensors in that folder (with --lm)'
    )
    .option('--text <file>', 'the text to predict: one sentence per line, words separated by spaces (with --lm)')
    .option(
      '--calibrate <file>',
      'another text: multiply all logits by the factor that gives the lowest perplexity on it (with --lm)'
    )
    .option('--tokens <n>', 'predict only the first n tokens (with --lm)', integer(1, 2 ** 31))
    .option('--embedding <artefact>', "a compressed table instead of the model's embedding (with --lm)")
    .option('--softmax <artefact>', "a compressed table instead of the model's softmax (with --lm)")
