import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import type { CompareFlags } from './commands/compare.js'
import type { CompressFlags } from './commands/compress.js'
import type { DecompressFlags } from './commands/decompress.js'
import type { DemoFlags } from './commands/demo.js'
import type { EvalFlags } from './commands/eval.js'
import type { EvalLmFlags } from './commands/eval-lm.js'
import type { InspectFlags } from './commands/inspect.js'
import type { NearestFlags } from './commands/nearest.js'
import type { PluginsFlags } from './commands/plugins.js'
import { add, integer, type Quietly, repeated } from './flags.js'
import { createSession, type Session } from './session.js'
import { addTraining } from './training/commands.js'

const { version }: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

const examples = `
Examples:
  slimbed demo
  slimbed compress glove.6B.300d.txt -o small.safetensors -p "lowrank(ratio=2) | fixedpoint(bits=8)"
  slimbed nearest small.safetensors king

A pipeline is one or more compressors, separated by |. "slimbed plugins" shows those that are installed.`

/** The command line. A command is imported when it is run; its work stops when `signal` says so. */
export function createProgram(signal: AbortSignal): Command {
  const within = async ({ quiet }: Quietly, work: (session: Session) => Promise<void>): Promise<void> => {
    const session = createSession(signal, quiet)
    try {
      await work(session)
    } finally {
      session.progress.clear()
    }
  }

  const program = new Command('slimbed')
    .description('Makes embedding tables several times smaller, and shows what it costs.')
    .version(version)
    .helpCommand(false)
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({ outputError: () => {} })

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
    .action((input: string, flags: CompressFlags & Quietly) =>
      within(flags, async (session) => (await import('./commands/compress.js')).compressCommand(input, flags, session))
    )

  add(program.command('inspect <artefact>'), 'tensor', 'json', 'quiet')
    .summary('show what an artefact is made of')
    .description('Shows the tree of an artefact, the bytes of each node, how it was made and what it lost.')
    .action((artefact: string, flags: InspectFlags & Quietly) =>
      within(flags, async (session) => (await import('./commands/inspect.js')).inspectCommand(artefact, flags, session))
    )

  add(program.command('decompress <artefact>'), 'tensor', 'compute', 'quiet')
    .summary('write an artefact as plain vectors')
    .description('Writes the vectors of an artefact in the format that the output is named after.')
    .requiredOption('-o, --output <file>', 'where to: .npy, .bin, .vec, .txt or .safetensors')
    .action((artefact: string, flags: DecompressFlags & Quietly) =>
      within(flags, async (session) =>
        (await import('./commands/decompress.js')).decompressCommand(artefact, flags, session)
      )
    )

  add(program.command('nearest <table> <word...>'), 'k', 'vocab', 'tensor', 'json', 'quiet')
    .summary('find the neighbours of words')
    .description('Finds the nearest words by cosine, in an artefact or a file of vectors: a list for each word.')
    .option('--rescore <table>', 'for codes: score what they find by this table of the same words')
    .option('--candidates <n>', 'with --rescore, how many words the codes find', integer(1, 1_000_000), 200)
    .addHelpText('after', '\nWords with + and - between them are added and subtracted: king - man + woman')
    .action((table: string, words: string[], flags: NearestFlags & Quietly) =>
      within(flags, async (session) =>
        (await import('./commands/nearest.js')).nearestCommand(table, words, flags, session)
      )
    )

  add(program.command('compare <original> <artefact>'), 'vocab', 'tensor', 'compute', 'json', 'quiet')
    .summary('measure what an artefact lost')
    .description('Compares an artefact with the vectors it was made from: errors, cosines, neighbours kept.')
    .action((original: string, artefact: string, flags: CompareFlags & Quietly) =>
      within(flags, async (session) =>
        (await import('./commands/compare.js')).compareCommand(original, artefact, flags, session)
      )
    )

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
    .action((tables: string[], flags: EvalFlags & EvalLmFlags & Quietly) =>
      within(flags, async (session) => {
        if (flags.lm === undefined) return (await import('./commands/eval.js')).evalCommand(tables, flags, session)
        return (await import('./commands/eval-lm.js')).evalLmCommand(tables, flags, session)
      })
    )

  addTraining(program, within)

  add(program.command('plugins'), 'plugin', 'json')
    .summary('list the compressors and schedules that are installed')
    .description('Lists the compressors and schedules that are installed, with their options.')
    .action(async (flags: PluginsFlags) => (await import('./commands/plugins.js')).pluginsCommand(flags))

  add(program.command('demo [input]'), 'vocab', 'tensor', 'compute', 'quiet')
    .summary('compress a sample in several ways')
    .description('Compresses a sample, or the vectors given, in several ways and shows what each costs.')
    .action((input: string | undefined, flags: DemoFlags & Quietly) =>
      within(flags, async (session) => (await import('./commands/demo.js')).demoCommand(input, flags, session))
    )

  return program
}
