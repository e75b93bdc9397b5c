import { join } from 'node:path'
import { SlimbedError } from '@slimbed/core'
import { calibratedFactor, perplexity } from '@slimbed/lm'
import type { EvalLmFlags } from '../flags/eval.js'
import { closing } from '../open/closing.js'
import { modelPath, openLanguageModel } from '../open/language-model.js'
import { checkInputs } from '../open/paths.js'
import { openTensor } from '../open/tensor.js'
import { readTokens } from '../open/tokens.js'
import { evalContext } from '../session/eval-context.js'
import { print, printJson, type Session } from '../session/session.js'
import { alignColumns } from '../show/text/table.js'
import { bytes, count, decimal, shape, smaller } from '../show/text/units.js'

/** What `slimbed eval --lm --json` prints. */
export interface PerplexityReport {
  readonly model: string
  readonly text: string
  readonly embedding: { path?: string; rows: number; dim: number; bytes: number }
  readonly softmax: { path?: string; rows: number; dim: number; bytes: number }
  /** The bytes of both tables as float32, divided by their bytes in the file. */
  readonly ratio: number
  /** What logits are multiplied with; 1 without `--calibrate`. */
  readonly factor: number
  readonly perplexity: number
  /** In nats, the mean over tokens. */
  readonly negativeLogLikelihood: number
  /** Tokens predicted: all but the first. */
  readonly tokens: number
}

function show(made: PerplexityReport): string {
  const table = (name: 'embedding' | 'softmax') => {
    const found = made[name]
    return [name, shape(found), bytes(found.bytes), found.path ?? '']
  }
  const tables = alignColumns([table('embedding'), table('softmax')], 'lrrl')
  const figures = [
    ['both tables', `${smaller(made.ratio)} than float32`],
    ['tokens', count(made.tokens)],
    ...(made.factor === 1 ? [] : [['logits, times', decimal(made.factor)]]),
    ['perplexity', made.perplexity.toFixed(3)]
  ]
  return [`${made.model}, ${made.text}`, tables, alignColumns(figures, 'lr')].join('\n\n')
}

/** The perplexity of a language model on a text, through its tables as they are stored: `slimbed eval --lm`. */
export async function evalLmCommand(tables: readonly string[], flags: EvalLmFlags, session: Session): Promise<void> {
  const { lm, text, embedding, softmax } = flags
  if (lm === undefined || text === undefined || tables.length > 0) {
    const wrong = tables.length > 0 ? `${tables[0]}: tables go with --embedding and --softmax` : 'name a text'
    throw new SlimbedError('bad-option', `--lm: ${wrong}: --lm model --text test.txt [--embedding e --softmax s]`)
  }
  await checkInputs([modelPath(lm, flags), join(lm, 'counts.tsv'), text, flags.calibrate, embedding, softmax], session)
  const opened = await openLanguageModel(lm, flags, session)
  const most = flags.tokens === undefined ? undefined : flags.tokens + 1
  const tokens = await readTokens(text, opened.words, session, most)
  const other = flags.calibrate === undefined ? undefined : await readTokens(flags.calibrate, opened.words, session)
  await closing(openTensor(flags), async (tensor) => {
    const { model, tableBytes } = opened
    const context = evalContext(tensor, flags.seed, session)
    const factor = other ? await calibratedFactor(model, other, context) : 1
    const made = await perplexity({ ...model, factor }, tokens, context)
    session.progress.clear()
    const table = (name: 'embedding' | 'softmax') => {
      const { rows, dim } = model[name]
      const path = flags[name]
      return { ...(path !== undefined && { path }), rows, dim, bytes: tableBytes[name] }
    }
    const values = model.embedding.rows * model.embedding.dim + model.softmax.rows * model.softmax.dim
    const report: PerplexityReport = {
      model: opened.path,
      text,
      embedding: table('embedding'),
      softmax: table('softmax'),
      ratio: (4 * values) / (tableBytes.embedding + tableBytes.softmax),
      factor,
      ...made
    }
    await (flags.json ? printJson(report) : print(show(report)))
  })
}
