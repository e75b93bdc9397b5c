import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { type CheckFlags, declareCheck } from './flags/check.js'
import { declareCluster, type RedisFlag, type StatusFlags, type WorkerFlags } from './flags/cluster.js'
import { type CompareFlags, declareCompare } from './flags/compare.js'
import { declareCompletion, type Shell } from './flags/completion.js'
import { type CompressFlags, declareCompress } from './flags/compress.js'
import { type DecompressFlags, declareDecompress } from './flags/decompress.js'
import { type DemoFlags, declareDemo } from './flags/demo.js'
import { declareEncode, type EncodeFlags } from './flags/encode.js'
import { declareEval, type EvalFlags, type EvalLmFlags } from './flags/eval.js'
import { declareInspect, type InspectFlags } from './flags/inspect.js'
import { declareNearest, type NearestFlags } from './flags/nearest.js'
import { declarePlugins, type PluginsFlags } from './flags/plugins.js'
import { declarePredict, type PredictFlags } from './flags/predict.js'
import { declareRetrain, type RetrainFlags } from './flags/retrain.js'
import { declareRewrite, givenTo } from './flags/rewrite.js'
import type { Quietly } from './flags/shared.js'
import { declareSweep, type SweepFlags } from './flags/sweep.js'
import { declareTrain, type TrainFlags } from './flags/train.js'
import type { Given } from './open/stdin-lines.js'
import type { RewriteFlags } from './rewrite/format.js'
import type { Session } from './session/session.js'
import { refuseUsage } from './session/usage.js'

const { version }: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

const examples = `
Examples:
  slimbed demo
  slimbed compress glove.6B.300d.txt -o small.safetensors -p "lowrank(ratio=2) | fixedpoint(bits=8)"
  slimbed nearest small.safetensors king

A pipeline is one or more compressors, separated by |. "slimbed plugins" shows those that are installed.`

/**
 * The command line: the flags of each command, and the file that does its work, which is imported when the command is run. Work stops
 * when `signal` says so.
 */
export function createProgram(signal: AbortSignal, args: readonly string[]): Command {
  const dashes = args.indexOf('--')
  const afterDashes = dashes < 0 ? [] : args.slice(dashes + 1)
  const givenBy = (words: readonly string[]): Given => ({ args: words, literal: afterDashes.includes('-') })
  const within = async ({ quiet }: Quietly, work: (session: Session) => Promise<void>): Promise<void> => {
    const { createSession } = await import('./session/session.js')
    const session = createSession(signal, quiet)
    try {
      await work(session)
    } finally {
      session.progress.clear()
    }
  }

  const program = new Command('slimbed')
    .description('Makes embedding tables several times smaller, and measures how much is lost.')
    .version(version, '-v, --version', 'show the version')
    .helpCommand('help [command]', 'show the flags of a command')
    .enablePositionalOptions()
    .addHelpText('after', examples)
    .configureOutput({ outputError: () => {} })

  declareCompress(program).action((input: string, flags: CompressFlags & Quietly) =>
    within(flags, async (session) => (await import('./commands/compress.js')).compressCommand(input, flags, session))
  )
  declareInspect(program).action((artefact: string, flags: InspectFlags & Quietly) =>
    within(flags, async (session) => (await import('./commands/inspect.js')).inspectCommand(artefact, flags, session))
  )
  declareDecompress(program).action((artefact: string, flags: DecompressFlags & Quietly) =>
    within(flags, async (session) =>
      (await import('./commands/decompress.js')).decompressCommand(artefact, flags, session)
    )
  )
  declareNearest(program).action((table: string, words: string[], flags: NearestFlags & Quietly) =>
    within(flags, async (session) =>
      (await import('./commands/nearest.js')).nearestCommand(table, givenBy(words), flags, session)
    )
  )
  declareEncode(program).action((model: string, texts: string[], flags: EncodeFlags & Quietly) =>
    within(flags, async (session) =>
      (await import('./commands/encode.js')).encodeCommand(model, givenBy(texts), flags, session)
    )
  )
  declareCompare(program).action((original: string, artefact: string, flags: CompareFlags & Quietly) =>
    within(flags, async (session) =>
      (await import('./commands/compare.js')).compareCommand(original, artefact, flags, session)
    )
  )
  declareCheck(program).action((artefact: string, flags: CheckFlags & Quietly) =>
    within(flags, async (session) => (await import('./commands/check.js')).checkCommand(artefact, flags, session))
  )
  declareSweep(program).action((input: string, flags: SweepFlags & Quietly) =>
    within(flags, async (session) => (await import('./commands/sweep.js')).sweepCommand(input, flags, session))
  )
  declareRewrite(program).action((model: string, flags: RewriteFlags & Quietly, command: Command) =>
    within(flags, async (session) =>
      (await import('./commands/rewrite.js')).rewriteCommand(model, flags, givenTo(command), session)
    )
  )
  declareEval(program).action((tables: string[], flags: EvalFlags & EvalLmFlags & Quietly) =>
    within(flags, async (session) => {
      if (flags.lm === undefined) return (await import('./commands/eval.js')).evalCommand(tables, flags, session)
      return (await import('./commands/eval-lm.js')).evalLmCommand(tables, flags, session)
    })
  )
  declareTrain(program).action((flags: TrainFlags & Quietly) =>
    within(flags, async (session) => (await import('./commands/train.js')).trainCommand(flags, session))
  )
  declareRetrain(program).action((model: string, flags: RetrainFlags & Quietly) =>
    within(flags, async (session) => (await import('./commands/retrain.js')).retrainCommand(model, flags, session))
  )
  declarePredict(program).action((model: string, texts: string[], flags: PredictFlags & Quietly) =>
    within(flags, async (session) =>
      (await import('./commands/predict.js')).predictCommand(model, givenBy(texts), flags, session)
    )
  )
  const { worker, status, clear, cluster } = declareCluster(program)
  worker.action((flags: WorkerFlags & Quietly) =>
    within(flags, async (session) => (await import('./commands/cluster.js')).workerCommand(flags, session))
  )
  status.action(async (flags: StatusFlags) => (await import('./commands/cluster.js')).statusCommand(flags))
  clear.action(async (run: string | undefined, flags: RedisFlag) =>
    (await import('./commands/cluster.js')).clearCommand(run, flags)
  )
  declarePlugins(program).action(async (flags: PluginsFlags) =>
    (await import('./commands/plugins.js')).pluginsCommand(flags)
  )
  declareDemo(program).action((input: string | undefined, flags: DemoFlags & Quietly) =>
    within(flags, async (session) => (await import('./commands/demo.js')).demoCommand(input, flags, session))
  )
  declareCompletion(program).action(async (shell: Shell) =>
    (await import('./commands/completion.js')).completionCommand(shell, program)
  )
  for (const command of [program, ...program.commands, ...cluster.commands]) refuseUsage(command, args)
  return program
}
