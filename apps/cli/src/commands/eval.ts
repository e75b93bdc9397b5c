import {
  type EvalContext,
  type Evaluated,
  type Evaluation,
  evaluateOriginal,
  evaluateTable,
  type Original,
  type ParsedTasks,
  type Skipped,
  subjectOf,
  type TableEvaluation
} from '@slimbed/eval'
import { writeAtomically } from '@slimbed/io/node'
import { SlimbedError, type Vocabulary } from '@slimbed/runtime'
import type { EvalFlags } from '../flags/eval.js'
import { closing } from '../open/closing.js'
import { openEncoder } from '../open/encoder.js'
import { checkInputs, checkOutput } from '../open/paths.js'
import { checkSameWords } from '../open/same-words.js'
import { type Opened, openTableOrVectors } from '../open/table.js'
import { readTasks } from '../open/tasks.js'
import { openTensor } from '../open/tensor.js'
import { countsFile, weightsOf } from '../open/weights.js'
import { evalContext } from '../session/eval-context.js'
import { print, printJson, type Session } from '../session/session.js'
import { warned } from '../session/warned.js'
import { showEvaluation } from '../show/evaluation.js'
import { printable } from '../show/text/printable.js'

/** The rows and words of an opened table; if it has no words, those of `other`. */
async function evaluated(opened: Opened, flags: EvalFlags, session: Session, other?: Vocabulary): Promise<Evaluated> {
  const { path, format, rows, dim, bytes, tableBytes, pipeline } = opened
  const words = opened.vocabulary ?? other
  if (!words) throw new SlimbedError('bad-input', `${path} has no words to look up; give them with --vocab words.txt`)
  const sizes = { rows, dim, bytes, tableBytes, ratio: (rows * dim * 4) / tableBytes }
  const file = { path, format, ...sizes, ...(pipeline !== undefined && { pipeline }) }
  const similarityOnly = opened.similarityOnly ?? false
  const counts = flags.weights === undefined ? opened.vocabulary?.counts : undefined
  const weights = counts && Float32Array.from(counts)
  const encoder = opened.encodes && flags.tasks !== undefined ? await openEncoder(path, session) : undefined
  const encode = encoder && ((texts: readonly string[]) => encoder.encode(texts))
  return { file, similarityOnly, weights, subject: subjectOf(opened.table, words, { ...flags, encode }) }
}

/** Evaluates the original. It stays open until it is closed, because its rows are read again for each table. */
async function originalOf(
  flags: EvalFlags,
  parsed: ParsedTasks,
  context: EvalContext,
  session: Session
): Promise<{ original: Original; opened: Opened } | undefined> {
  if (flags.against === undefined) return undefined
  const opened = await openTableOrVectors(flags.against, flags, session)
  try {
    const { values } = await weightsOf(flags.weights, opened, false, session)
    const original = await evaluateOriginal(await evaluated(opened, flags, session), parsed.tasks, values, context)
    return { original, opened }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** Writes an evaluation as an HTML page. The library for plots is loaded here, since nothing else needs it. */
async function writeReport(path: string, evaluation: Evaluation, session: Session): Promise<void> {
  const { renderReport } = await import('@slimbed/eval/report')
  const page = new TextEncoder().encode(warned(() => renderReport(evaluation), session))
  await writeAtomically(path, (sink) => sink.write(page, 0))
}

/** `slimbed eval`: runs tasks on tables and compares them with the original. */
export async function evalCommand(paths: readonly string[], flags: EvalFlags, session: Session): Promise<void> {
  const { tasks: folder, against, seed, resamples } = flags
  if (paths.length === 0) throw new SlimbedError('bad-option', 'name a table, or several; or --lm, a language model')
  if (folder === undefined && against === undefined) {
    throw new SlimbedError('bad-option', 'give --tasks, a folder of tasks, or --against, the original, or both')
  }
  const inputs = [...paths, against, flags.vocab, countsFile(flags.weights)]
  await checkInputs(inputs, session)
  const { parsed, paths: taskPaths } = await readTasks(folder, session)
  if (flags.report !== undefined) await checkOutput(flags.report, [...inputs, ...taskPaths], `--report ${flags.report}`)
  for (const note of parsed.notes) session.warn(printable(note))
  await closing(openTensor(flags), async (tensor) => {
    const context = evalContext(tensor, seed, session)
    const from = await originalOf(flags, parsed, context, session)
    const skipped: Skipped[] = [...parsed.skipped]
    const evaluateOne = (path: string): Promise<TableEvaluation> =>
      closing(openTableOrVectors(path, flags, session), async (opened) => {
        if (from) checkSameWords(from.opened, opened)
        const subject = await evaluated(opened, flags, session, from?.original.subject.words)
        const made = await evaluateTable(subject, parsed.tasks, from?.original, context, resamples)
        for (const one of made.skipped) if (!skipped.some(({ reason }) => reason === one.reason)) skipped.push(one)
        return made.evaluation
      })
    const tables: TableEvaluation[] = []
    try {
      for (const path of paths) tables.push(await evaluateOne(path))
    } finally {
      await from?.opened.close()
    }
    session.progress.clear()
    for (const { reason } of skipped) session.warn(`left out: ${printable(reason)}`)
    const evaluation: Evaluation = {
      ...(folder !== undefined && { tasks: folder }),
      seed,
      resamples,
      ...(from && { against: from.original.evaluation }),
      tables,
      skipped,
      notes: parsed.notes
    }
    if (flags.report !== undefined) await writeReport(flags.report, evaluation, session)
    await (flags.json ? printJson(evaluation, flags.report) : print(showEvaluation(evaluation), flags.report))
  })
}
