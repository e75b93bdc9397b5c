import type { Front } from '@slimbed/eval'
import { writeAtomically } from '@slimbed/io/node'
import { SlimbedError } from '@slimbed/runtime'
import type { SweepFlags } from '../flags/sweep.js'
import { closing } from '../open/closing.js'
import { checkInputs, checkOutput, pluginFiles } from '../open/paths.js'
import { rowsToPlan } from '../open/rows-to-plan.js'
import { openTable } from '../open/table.js'
import { readTasks } from '../open/tasks.js'
import { openTensor } from '../open/tensor.js'
import { countsFile } from '../open/weights.js'
import { print, printJson, type Session } from '../session/session.js'
import { warned } from '../session/warned.js'
import { showSweep } from '../show/sweep.js'
import { printable } from '../show/text/printable.js'
import { digestOf, digestOfTasks, keep, readKept, type Subject, type Sweep } from '../sweep/kept.js'
import { runSweep, type Sweeping, scoresOf } from '../sweep/run-sweep.js'

/** Where results are kept. Throws `bad-option` for a page in their place. */
function keptAt({ report, output }: SweepFlags): string | undefined {
  const path = output ?? report?.replace(/(\.html?)?$/i, '.json')
  if (path !== undefined && path === report) {
    throw new SlimbedError('bad-option', `--report ${report}: the page and the results need two names`)
  }
  if (path !== '-') return path
  throw new SlimbedError('bad-option', '-o -: results are kept in a file; --json prints them')
}

/** Writes the page. The library for plots is loaded here, since nothing else needs it. */
async function writePage(path: string, front: Front, session: Session): Promise<void> {
  const { renderFront } = await import('@slimbed/eval/report')
  const page = new TextEncoder().encode(warned(() => renderFront(front), session))
  await writeAtomically(path, (sink) => sink.write(page, 0))
}

/** `slimbed sweep`: runs the best pipeline of every family at several sizes, and shows what each costs. */
export async function sweepCommand(path: string, flags: SweepFlags, session: Session): Promise<void> {
  const { report, tasks: folder, seed, measure } = flags
  const kept = keptAt(flags)
  const inputs = [path, flags.vocab, countsFile(flags.weights)]
  await checkInputs(inputs, session)
  const { parsed, paths } = await readTasks(folder, session)
  const read = [...inputs, ...paths, ...(await pluginFiles(flags.plugin))]
  if (report !== undefined) await checkOutput(report, read, `--report ${report}`)
  if (kept !== undefined) await checkOutput(kept, report === undefined ? read : [...read, report])
  for (const note of [...parsed.notes, ...parsed.skipped.map(({ reason }) => `left out: ${reason}`)]) {
    session.warn(printable(note))
  }
  await closing(openTensor({ ...flags, eager: true }), (tensor) =>
    closing(openTable(path, flags, session), async (input) => {
      const rows = await rowsToPlan(path, input, { ...flags, order: 'rows' }, tensor, session)
      const { matrix, weights } = rows
      if (parsed.tasks.length > 0 && !weights.vocabulary) {
        throw new SlimbedError(
          'bad-input',
          `--tasks: ${path} has no words to look up; give them with --vocab words.txt`
        )
      }
      if (measure === 'weighted' && !weights.values) {
        throw new SlimbedError('bad-option', '--measure weighted needs weights of the rows: --weights counts.tsv')
      }
      const use: Sweeping = { rows, tasks: parsed.tasks, flags, tensor, session, path: kept }
      const table = await digestOf(matrix, weights.vocabulary, weights.values)
      const subject: Subject = { table, tasks: digestOfTasks(parsed), seed, measure }
      const earlier = kept === undefined ? undefined : await readKept(kept, subject)
      const original = earlier?.original ?? (await scoresOf(input.table, use))
      const { rows: count, dim } = matrix
      const before: Sweep = {
        slimbed: 'sweep',
        input: { path, rows: count, dim },
        subject,
        measure,
        ...(folder !== undefined && { tasks: folder, original }),
        sizes: earlier?.sizes ?? [],
        points: earlier?.points ?? []
      }
      const found = await runSweep(before, use)
      await keep(kept, found.sweep)
      if (report !== undefined) await writePage(report, found.sweep, session)
      await (flags.json ? printJson(found.sweep, report) : print(showSweep(found.sweep, found.kept, report), report))
    })
  )
}
