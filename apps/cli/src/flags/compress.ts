import { type Command, Option } from 'commander'
import type { Reading } from '../open/table.js'
import { declareSearch, type SearchFlags } from './asked.js'
import { add, type ComputeFlags, type JsonFlag, repeated, size } from './shared.js'

/** The flags of `slimbed compress`. */
export interface CompressFlags extends Omit<Reading, 'tensor'>, ComputeFlags, JsonFlag, SearchFlags {
  /** Undefined only with `dryRun`. */
  readonly output?: string
  /** One for all, or one for each `tensor`; none to look for one, and of a static model for the usual one. */
  readonly pipeline: readonly string[]
  /** Matrices of a model, by patterns of their names. */
  readonly tensor: readonly string[]
  /** Whether the rest of the model is left out. */
  readonly alone?: boolean
  readonly weights?: string
  /** Whether counts that weigh the rows are kept. */
  readonly counts: boolean
  readonly order: 'rows' | 'words'
  /** Which n-grams of a fastText model are kept. */
  readonly subwords?: 'used' | 'all' | 'none'
  /** A text on which the errors of a language model's tables are made to count as they do for its predictions. */
  readonly calibrate?: string
  /** Bytes of a part, where the output is a folder of parts. */
  readonly shardSize?: number
  /** Whether the run goes on where an earlier one was interrupted, and leaves what a later one needs to do so. */
  readonly resume?: boolean
  readonly seed: number
  readonly plugin: readonly string[]
  /** The Redis server of workers that do the work. */
  readonly cluster?: string
  /** Where these put what they make. */
  readonly store?: string
}

/** The flags where a file is written. */
export type WritingFlags = CompressFlags & { readonly output: string }

/** Declares `slimbed compress`. */
export const declareCompress = (program: Command): Command =>
  declareSearch(
    add(
      program.command('compress <input>'),
      'vocab',
      'limit',
      'part',
      'column',
      'tensors',
      'compute',
      'seed',
      'plugin',
      'json',
      'quiet'
    )
  )
    .summary('compress a table of vectors')
    .description(
      'Compresses vectors (GloVe, word2vec or fastText text, .bin, .npy, .safetensors, .gguf, fastText models; gzipped or not), and static sentence models (the folder of a model of model2vec or sentence-transformers, or a zip of it), by a pipeline that is given or one that is found for a size or a quality.'
    )
    .option(
      '-o, --output <file>',
      'the compressed file to write, .safetensors; with a slash at its end, a folder or s3://bucket/prefix/ of parts'
    )
    .option(
      '-p, --pipeline <spec>',
      'compressors in order, such as "lowrank(ratio=2) | fixedpoint(bits=4, clip=mse)"; with --tensor, one for all or one for each; of a fastText model, a second one is for its n-grams; of a static sentence model, fixedpoint(bits=8) unless given, or none for rows as they are; of other files, one is looked for unless it is given',
      repeated,
      []
    )
    .option(
      '--weights <what>',
      'how much each row counts: a file with a word, a tab and a count per line; zipf; or uniform'
    )
    .option('--no-counts', 'leave the counts of words out of the file; later errors by count need them')
    .addOption(
      new Option('--order <what>', 'rows as they are, or in the order of their words, which makes the file smaller')
        .choices(['rows', 'words'])
        .default('rows')
    )
    .addOption(
      new Option(
        '--subwords <which>',
        "n-grams of a fastText model to keep, by which other words than its own have vectors: those of its words, all, or none (default: used; all of a classifier's)"
      ).choices(['used', 'all', 'none'])
    )
    .option(
      '--shard-size <size>',
      'write a folder of parts of about this size, such as 2GB (the default where -o ends with a slash), each an artefact of its own; with --cluster, each is made by one worker',
      size
    )
    .option(
      '--resume',
      'go on where the same command was interrupted or killed; what is written stays in hidden files beside the output until it is whole'
    )
    .option(
      '--calibrate <file>',
      'a text: with --tensor, errors in the embedding or softmax of a language model count as they change its predictions on it'
    )
    .option('--cluster <url>', 'let the workers do the work that "slimbed cluster worker" starts: redis://host:port')
    .option(
      '--store <place>',
      'with --cluster: where workers put what they make, a folder that all machines see or s3://bucket/prefix (default: a folder beside the output)'
    )
