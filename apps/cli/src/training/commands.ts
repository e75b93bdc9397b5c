import { type Command, Option } from 'commander'
import type { PredictFlags } from '../commands/predict.js'
import type { RetrainFlags } from '../commands/retrain.js'
import type { TrainFlags } from '../commands/train.js'
import { add, decimal, integer, type Quietly, share } from '../flags.js'
import type { Session } from '../session.js'
import { encodings } from './read-text.js'

type Within = (flags: Quietly, work: (session: Session) => Promise<void>) => Promise<void>

/** Adds the commands that `@slimbed/train` is for. */
export function addTraining(program: Command, within: Within): void {
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
    .action((flags: TrainFlags & Quietly) =>
      within(flags, async (session) => (await import('../commands/train.js')).trainCommand(flags, session))
    )

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
    .action((model: string, flags: RetrainFlags & Quietly) =>
      within(flags, async (session) => (await import('../commands/retrain.js')).retrainCommand(model, flags, session))
    )

  add(program.command('predict <model> <text...>'), 'json', 'quiet')
    .summary('classify texts')
    .description('Classifies texts by a file that "slimbed train" made.')
    .action((model: string, texts: string[], flags: PredictFlags & Quietly) =>
      within(flags, async (session) =>
        (await import('../commands/predict.js')).predictCommand(model, texts, flags, session)
      )
    )
}
