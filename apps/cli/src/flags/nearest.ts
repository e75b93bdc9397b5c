import type { Command } from 'commander'
import type { Reading } from '../open/table.js'
import { add, integer, type JsonFlag } from './shared.js'

/** The flags of `slimbed nearest`. */
export interface NearestFlags extends Reading, JsonFlag {
  readonly k: number
  /** A second table, by which what is found in codes is scored. */
  readonly rescore?: string
  readonly candidates: number
}

/** Declares `slimbed nearest`. */
export const declareNearest = (program: Command): Command =>
  add(program.command('nearest <table> [word...]'), 'k', 'vocab', 'tensor', 'json', 'quiet')
    .summary('find the neighbours of words')
    .description('Finds the nearest words by cosine, in an artefact or a file of vectors: a list for each word.')
    .option('--rescore <table>', 'for codes: score what they find by this table of the same words')
    .option('--candidates <n>', 'with --rescore, how many words the codes find', integer(1, 1_000_000), 200)
    .addHelpText(
      'after',
      `
Words with + and - between them are added and subtracted: king - man + woman
Words that begin with - go after --, at the end: slimbed nearest small.safetensors -- -rrb-
With - in place of the words, or none, each line of stdin is a query.`
    )
