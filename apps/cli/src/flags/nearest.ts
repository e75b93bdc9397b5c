import type { Command } from 'commander'
import type { Reading } from '../open/table.js'
import { add, integer, type JsonFlag } from './shared.js'

/** The flags of `slimbed nearest`. */
export interface NearestFlags extends Reading, JsonFlag {
  readonly k: number
  /** A second table, which scores the words that the codes find. */
  readonly rescore?: string
  readonly candidates: number
}

/** Declares `slimbed nearest`. */
export const declareNearest = (program: Command): Command =>
  add(program.command('nearest <table> [word...]'), 'k', 'vocab', 'column', 'tensor', 'json', 'quiet')
    .summary('find the nearest words')
    .description('Finds the nearest words by cosine in a compressed file or a file of vectors, for each word given.')
    .option(
      '--rescore <table>',
      'if <table> holds binary codes: score the words that it finds with this more exact table'
    )
    .option('--candidates <n>', 'number of words to find by codes (with --rescore)', integer(1, 1_000_000), 200)
    .addHelpText(
      'after',
      `
Words with + and - between them are added and subtracted: king - man + woman
Words that begin with - go after --, at the end: slimbed nearest small.safetensors -- -rrb-
With - in place of the words, or none, each line of stdin is a query.`
    )
