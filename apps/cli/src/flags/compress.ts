import type { Command } from 'commander'
import type { Reading } from '../open/table.js'
import { add, type ComputeFlags, type JsonFlag, repeated } from './shared.js'

/** The flags of `slimbed compress`. */
export interface CompressFlags extends Omit<Reading, 'tensor'>, ComputeFlags, JsonFlag {
  readonly output: string
  /** One for all, or one for each `tensor`. */
  readonly pipeline: readonly string[]
  /** Matrices of a model, by patterns of their names. */
  readonly tensor: readonly string[]
  /** Whether the rest of the model is left out. */
  readonly alone?: boolean
  readonly weights?: string
  readonly seed: number
  readonly plugin: readonly string[]
}

/** Declares `slimbed compress`. */
export const declareCompress = (program: Command): Command =>
  add(program.command('compress <input>'), 'vocab', 'tensors', 'compute', 'seed', 'plugin', 'json', 'quiet')
    .summary('make a smaller table of vectors')
    .description('Compresses vectors (GloVe, word2vec, fastText text, .bin, .npy, .safetensors; gzip or not).')
    .requiredOption('-o, --output <file>', 'where to write the artefact, a .safetensors file')
    .requiredOption(
      '-p, --pipeline <spec>',
      'compressors, such as "lowrank(ratio=2) | fixedpoint(bits=8)"; one, or one for each --tensor',
      repeated
    )
    .option('--weights <what>', 'importance of rows: a file of word, tab, count; zipf; or uniform')
