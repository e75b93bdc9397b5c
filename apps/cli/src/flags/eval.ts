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
  /** The text to foretell. */
  readonly text?: string
  /** A text to choose a factor for the logits on. */
  readonly calibrate?: string
  /** How many of its tokens; all unless given. */
  readonly tokens?: number
  readonly seed: number
}

/** Declares `slimbed eval`. */
export const declareEval = (program: Command): Command =>
  add(program.command('eval [table...]'), 'vocab', 'tensor', 'compute', 'seed', 'resamples', 'json', 'quiet')
    .summary('measure what tables are good for')
    .description(
      'Runs tasks on tables (similarity, analogy, categorization, classification) and compares with the original.'
    )
    .option('--tasks <folder>', 'where the tasks are: files, or folders called similarity, analogy, … or eval')
    .option('--against <original>', 'what the tables were made from: adds errors, and differences with intervals')
    .option('--weights <what>', 'importance of rows: a file of word, tab, count; zipf; or uniform')
    .option('--report <page.html>', 'also write the result as one page, with plots')
    .addOption(
      new Option('--case <how>', 'words of tasks as they are spelt, else in lower case; or case makes no difference')
        .choices(['exact', 'fold'])
        .default('exact')
    )
    .option('--lm <folder>', 'a language model instead of tables: its perplexity on a text')
    .option('--model <file>', 'the model, plain or compressed, if not the model.safetensors there (with --lm)')
    .option('--text <file>', 'the text, a sentence a line, words between spaces (with --lm)')
    .option('--calibrate <file>', 'another text: logits are multiplied with the factor that suits it best (with --lm)')
    .option('--tokens <n>', 'foretell only so many tokens (with --lm)', integer(1, 2 ** 31))
    .option('--embedding <artefact>', "a table in the place of the model's embedding (with --lm)")
    .option('--softmax <artefact>', "a table in the place of the model's softmax (with --lm)")
