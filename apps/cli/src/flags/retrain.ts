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
      'Trains the factors of a language model whose embedding and softmax "slimbed compress" made smaller, and its LSTM, further.'
    )
    .requiredOption('--lm <folder>', 'the model before: model.safetensors, and counts.tsv with the words by row')
    .requiredOption('--text <file>', 'the text to train on, a sentence a line, words between spaces')
    .requiredOption('--valid <file>', 'a text to choose the best state by; the state before is one of them')
    .requiredOption('-o, --output <file>', 'where to write the model, a .safetensors file')
    .option(
      '--quantize <pipeline>',
      'what the factors become, such as "fixedpoint(bits=5, clip=mse)"; every step sees them so'
    )
    .option('--steps <n>', 'steps of training', integer(0, 1_000_000_000), 400)
    .option('--streams <n>', 'streams that the text is cut into, read side by side', integer(1, 65_536), 32)
    .option('--length <n>', 'tokens of each stream in a step', integer(1, 65_536), 35)
    .option('--rate <number>', 'the learning rate to begin with', decimal, 0.002)
    .option('--optimizer <spec>', 'adam, adagrad, rmsprop or sgd, such as "adam(epsilon=0.01)"', 'adam')
    .option('--every <n>', 'steps between validations', integer(1, 1_000_000_000), 100)
    .option('--dropout <share>', 'share of the values that a step leaves out', share, 0.2)
    .option('--word-dropout <share>', 'share of the words that a step leaves out', share, 0)
    .option(
      '--distillation <share>',
      "how much the next words of the model before count beside the text's, 0 to 1",
      decimal,
      0
    )
    .option('--freeze-layers', 'train the tables and the bias of the softmax alone')
