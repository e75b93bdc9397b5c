import { encodings } from '@slimbed/io'
import { type Command, Option } from 'commander'
import type { TaskFlags } from '../training/task.js'
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
  add(program.command('train'), 'vocab', 'tensor', 'compute', 'seed', 'plugin', 'json', 'quiet')
    .summary('train a text classifier, compressed on the way')
    .description(
      'Trains a text classifier and its table on labelled texts; compresses the table on the way, and trains on.'
    )
    .requiredOption('--data <file>', 'texts to train on: "label text" lines, .csv or .tsv')
    .option('--dev <file>', 'texts to choose the best epoch by (default: a tenth of the training texts)')
    .option('--test <file>', 'texts to measure at the end; they decide nothing')
    .option('--vectors <file>', 'what the table begins with: vectors of any format, or an artefact')
    .requiredOption('-o, --output <file>', 'where to write the classifier, a .safetensors file')
    .addOption(new Option('--model <name>', 'kind of classifier').choices(['dan', 'lstm', 'linear']).default('dan'))
    .option('--epochs <n>', 'epochs in all', integer(0, 1_000_000), 8)
    .option('--batch <n>', 'texts of a step', integer(1, 1_000_000), 50)
    .option('--optimizer <spec>', 'adam, adagrad, rmsprop or sgd, such as "adam(epsilon=0.01)"', 'adam')
    .option('--schedule <spec>', 'learning rate by step, such as "calr(decay=0.1)"', 'constant(rate=0.001)')
    .option('--retrain-optimizer <spec>', 'the optimizer once the table is compressed, where it is another')
    .option('--retrain-schedule <spec>', 'the schedule once the table is compressed, where it is another')
    .option('--compress <pipeline>', 'what the table becomes on the way, such as "lowrank(ratio=10)"')
    .option('--at-epoch <n>', 'epochs before that (default: 3)', integer(0, 1_000_000))
    .option('--quantize <pipeline>', 'what the factors become at the end, such as "fixedpoint(bits=8)"')
    .option('--quantize-epochs <n>', 'epochs that see them so (default: 0)', integer(0, 1_000_000))
    .option('--patience <n>', 'epochs without a better dev accuracy that end a phase', integer(1, 1_000_000))
    .option('--word-dropout <share>', 'share of the words that a step leaves out', share, 0)
    .option('--freeze-table', 'train the classifier alone')
    .option('--dim <n>', 'columns of a table without vectors', integer(1, 65_536), 300)
    .option('--max-length <n>', 'words of a text that are read', integer(1, 1_000_000), 40)
    .option('--keep-case', 'tell words apart by case')
    .addOption(new Option('--encoding <name>', 'of the texts').choices([...encodings]).default('utf8'))
    .option('--resume', 'go on from the checkpoint of an interrupted run')
