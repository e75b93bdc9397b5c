import type { RetrainOptions } from '@slimbed/lm'
import type { Command } from 'commander'
import { add, type ComputeFlags, decimal, integer, type JsonFlag, share } from './shared.js'

/** The flags of `slimbed retrain`. */
export interface RetrainFlags
  extends ComputeFlags,
    JsonFlag,
    Omit<RetrainOptions, 'layers' | 'teacher' | 'quantize' | 'clip'> {
  /** The folder of the model before compression. */
  readonly lm: string
  readonly text: string
  readonly valid: string
  readonly output: string
  readonly quantize?: string
  readonly freezeLayers?: boolean
  readonly plugin: readonly string[]
}

/** Declares `slimbed retrain`. */
export const declareRetrain = (program: Command): Command =>
  add(program.command('retrain <model>'), 'compute', 'seed', 'plugin', 'json', 'quiet')
    .summary('train a compressed language model further')
    .description(
      'Trains a language model further after "slimbed compress" has replaced its embedding and softmax by factors: the factors and the LSTM.'
    )
    .requiredOption(
      '--lm <folder>',
      'folder of the model before compression: model.safetensors, and counts.tsv with the words in row order'
    )
    .requiredOption('--text <file>', 'the text to train on: one sentence per line, words separated by spaces')
    .requiredOption(
      '--valid <file>',
      'a text to choose the best state with; the state before training is one of the choices'
    )
    .requiredOption('-o, --output <file>', 'the model to write, .safetensors')
    .option(
      '--quantize <pipeline>',
      'pipeline that quantizes the factors, such as "fixedpoint(bits=5, clip=mse)"; every step computes with quantized values'
    )
    .option('--steps <n>', 'number of training steps', integer(0, 1_000_000_000), 400)
    .option(
      '--streams <n>',
      'number of streams that the text is split into; each step reads from all of them',
      integer(1, 65_536),
      32
    )
    .option('--length <n>', 'tokens per stream in a step', integer(1, 65_536), 35)
    .option('--rate <number>', 'the first learning rate', decimal, 0.002)
    .option('--optimizer <spec>', 'adam, adagrad, rmsprop or sgd, such as "adam(epsilon=0.01)"', 'adam')
    .option('--every <n>', 'steps between validations', integer(1, 1_000_000_000), 100)
    .option('--dropout <share>', 'share of the values that a step drops', share, 0.2)
    .option('--word-dropout <share>', 'share of the words that a step drops', share, 0)
    .option(
      '--distillation <share>',
      '0: train on the words of the text; 1: on the predictions of the original model; between: on both',
      decimal,
      0
    )
    .option('--freeze-layers', 'train only the tables and the bias of the softmax')
