import { encodings } from '@slimbed/io/encodings'
import { type Command, Option } from 'commander'
import type { TaskFlags } from '../open/task.js'
import { add, type ComputeFlags, integer, type JsonFlag, share } from './shared.js'

/** The flags of `slimbed train`. */
export interface TrainFlags extends TaskFlags, ComputeFlags, JsonFlag {
  readonly output: string
  readonly model: string
  readonly epochs: number
  readonly batch: number
  readonly optimizer: string
  readonly schedule: string
  readonly retrainOptimizer?: string
  readonly retrainSchedule?: string
  readonly compress?: string
  readonly atEpoch?: number
  readonly quantize?: string
  readonly quantizeEpochs?: number
  readonly patience?: number
  readonly wordDropout: number
  readonly freezeTable?: boolean
  readonly resume?: boolean
  readonly plugin: readonly string[]
}

/** Declares `slimbed train`. */
export const declareTrain = (program: Command): Command =>
  add(program.command('train'), 'vocab', 'column', 'tensor', 'compute', 'seed', 'plugin', 'json', 'quiet')
    .summary('train a text classifier and compress it on the way')
    .description(
      'Trains a text classifier on labelled texts, compresses its embedding table on the way, and trains it further.'
    )
    .requiredOption('--data <file>', 'texts to train on: lines of "label text", .csv or .tsv')
    .option('--dev <file>', 'texts to choose the best epoch with (default: a tenth of the training texts)')
    .option('--test <file>', 'texts to measure the accuracy on at the end of each phase')
    .option(
      '--vectors <file>',
      'first values of the table: vectors of any format, or a compressed file (default: random)'
    )
    .requiredOption('-o, --output <file>', 'the classifier to write, .safetensors')
    .addOption(new Option('--model <name>', 'kind of classifier').choices(['dan', 'lstm', 'linear']).default('dan'))
    .option('--epochs <n>', 'number of epochs in all', integer(0, 1_000_000), 8)
    .option('--batch <n>', 'texts per training step', integer(1, 1_000_000), 50)
    .option('--optimizer <spec>', 'adam, adagrad, rmsprop or sgd, such as "adam(epsilon=0.01)"', 'adam')
    .option('--schedule <spec>', 'learning rate over time, such as "calr(decay=0.1)"', 'constant(rate=0.001)')
    .option('--retrain-optimizer <spec>', 'optimizer after compression (default: the same)')
    .option('--retrain-schedule <spec>', 'schedule after compression (default: the same)')
    .option('--compress <pipeline>', 'pipeline that compresses the table on the way, such as "lowrank(ratio=10)"')
    .option('--at-epoch <n>', 'number of epochs before --compress (default: 3)', integer(0, 1_000_000))
    .option('--quantize <pipeline>', 'pipeline that quantizes the factors at the end, such as "fixedpoint(bits=8)"')
    .option(
      '--quantize-epochs <n>',
      'number of extra epochs that train with quantized values (default: 0)',
      integer(0, 1_000_000)
    )
    .option('--patience <n>', 'end a phase after so many epochs without a better dev accuracy', integer(1, 1_000_000))
    .option('--word-dropout <share>', 'share of the words that a step drops', share, 0)
    .option('--freeze-table', 'train only the classifier, not the table')
    .option('--dim <n>', 'columns of the table without --vectors', integer(1, 65_536), 300)
    .option('--max-length <n>', 'number of words of a text that are read', integer(1, 1_000_000), 40)
    .option('--keep-case', 'keep upper and lower case apart')
    .addOption(new Option('--encoding <name>', 'encoding of the texts').choices([...encodings]).default('utf8'))
    .option('--resume', 'continue from the checkpoint of an interrupted run')
