import { join } from 'node:path'
import { createTensor, SlimbedError } from '@slimbed/core'
import { perplexity, tokensOf } from '@slimbed/eval'
import { bytesOf } from '../artefact.js'
import { closing } from '../closing.js'
import { evalContext } from '../evaluation.js'
import type { ComputeFlags, JsonFlag } from '../flags.js'
import { type ModelFlags, openLanguageModel } from '../language-model.js'
import { checkInputs } from '../paths.js'
import { print, printJson, type Session } from '../session.js'
import { alignColumns } from '../text/table.js'
import { bytes, count, shape, times } from '../text/units.js'

/** The flags of `slimbed eval --lm`. */
export interface EvalLmFlags extends ModelFlags, ComputeFlags, JsonFlag {
  /** The folder of a language model. */
  readonly lm?: string
  /** The text to foretell. */
  readonly text?: string
  /** How many of its tokens; all unless given. */
  readonly tokens?: number
  readonly seed: number
}

/** What `slimbed eval --lm --json` prints. */
export interface PerplexityReport {
  readonly model: string
  readonly text: string
  readonly embedding: { path?: string; rows: number; dim: number; bytes: number }
  readonly softmax: { path?: string; rows: number; dim: number; bytes: number }
  /** Float32 bytes of both tables, over those that they have. */
  readonly ratio: number
  readonly perplexity: number
  /** In nats, the mean over tokens. */
  readonly negativeLogLikelihood: number
  /** Tokens foretold: all but the first. */
  readonly tokens: number
}

function show(made: PerplexityReport): string {
  const table = (name: 'embedding' | 'softmax') => {
    const found = made[name]
    return [name, shape(found), bytes(found.bytes), found.path ?? '']
  }
  const tables = alignColumns([table('embedding'), table('softmax')], 'lrrl')
  const figures = [
    ['both tables', `${times(made.ratio)} smaller than float32`],
    ['tokens', count(made.tokens)],
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
  await checkInputs([join(lm, 'model.safetensors'), join(lm, 'counts.tsv'), text, embedding, softmax])
  const opened = await openLanguageModel(lm, flags, session)
  const all = tokensOf(text, new TextDecoder().decode(await bytesOf(text, session)), opened.words)
  const tokens = flags.tokens === undefined ? all : all.subarray(0, flags.tokens + 1)
  await closing(createTensor(flags), async (tensor) => {
    const { model, tableBytes } = opened
    const made = await perplexity(model, tokens, evalContext(tensor, flags.seed, session))
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
      ...made
    }
    await (flags.json ? printJson(report) : print(show(report)))
  })
}
