import { isSlimbedError, rowNorms, type Table, type Vocabulary } from '@slimbed/runtime'
import { nextSteps } from '../demo/next-steps.js'
import { installedPipelines } from '../demo/pipelines.js'
import { samplePath } from '../demo/sample.js'
import { shortest } from '../demo/shell.js'
import { type Trial, tryOut } from '../demo/trial.js'
import { wordsToShow } from '../demo/words.js'
import type { DemoFlags } from '../flags/demo.js'
import { closing } from '../open/closing.js'
import { matrixOfOpened, type Opened, openTable, tableInMemory } from '../open/table.js'
import { openTensor } from '../open/tensor.js'
import { print, type Session } from '../session/session.js'
import { showNeighbours, showTrials } from '../show/demo.js'
import { bytes, count, shape } from '../show/text/units.js'

const describe = ({ path, rows, dim, vocabulary }: Opened): string =>
  `${path}: ${shape({ rows, dim })}${vocabulary ? `, ${count(vocabulary.size)} words` : ''}, ${bytes(rows * dim * 4)} as float32`

/** Neighbours of a few words in each table, side by side. */
function neighboursIn(tables: readonly Table[], words: Vocabulary): string {
  const searchable = tables.map((table) => ({ table, words, norms: rowNorms(table) }))
  const shown = wordsToShow(words, 4).map((word) => showNeighbours(word, searchable))
  return ['The nearest words before and after (* not among the five before):', ...shown].join('\n\n')
}

/** Compresses a table in several ways and shows what each costs: `slimbed demo`. */
export async function demoCommand(input: string | undefined, flags: DemoFlags, session: Session): Promise<void> {
  const path = input ?? shortest(samplePath())
  const { pipelines, missing } = await installedPipelines()
  await closing(openTensor(flags), (tensor) =>
    closing(openTable(path, flags, session), async (opened) => {
      const { vocabulary } = opened
      const table = await tableInMemory(opened, session)
      const matrix = await matrixOfOpened({ ...opened, table }, tensor)
      const trials: Trial[] = []
      const refused: string[] = []
      for (const each of pipelines) {
        try {
          trials.push(await tryOut(matrix, vocabulary, each, tensor, session))
        } catch (error) {
          // Such as a table that is too small for what the pipeline adds to it.
          if (!isSlimbedError(error, 'bad-input')) throw error
          refused.push(`${each.spec}: ${error.message}`)
        }
      }
      session.progress.clear()
      const parts = [
        describe(opened),
        showTrials(opened.rows * opened.dim * 4, trials),
        ...refused,
        ...missing,
        ...(vocabulary ? [neighboursIn([table, ...trials.map((trial) => trial.table)], vocabulary)] : []),
        nextSteps(path, trials.at(-1)?.pipeline ?? 'fixedpoint')
      ]
      await print(parts.join('\n\n'))
    })
  )
}
