import { rowNorms, SlimbedError, throwIfAborted } from '@slimbed/core'
import { ask, type Neighbour } from '../ask.js'
import { closing } from '../closing.js'
import { findWord } from '../find-word.js'
import type { JsonFlag } from '../flags.js'
import { openTable, type Reading, tableInMemory } from '../open.js'
import { checkInputs } from '../paths.js'
import { parseQueries } from '../queries.js'
import { print, printJson, type Session } from '../session.js'
import { printable } from '../text/printable.js'
import { alignColumns } from '../text/table.js'
import { decimal } from '../text/units.js'

/** The flags of `slimbed nearest`. */
export interface NearestFlags extends Reading, JsonFlag {
  readonly k: number
}

interface Answer {
  readonly query: string
  readonly neighbours: readonly Neighbour[]
}

const show = ({ query, neighbours }: Answer): string =>
  [
    query,
    alignColumns(
      neighbours.map(({ word, cosine }) => [printable(word), decimal(cosine)]),
      'lr'
    )
  ].join('\n')

/** Finds the neighbours of words: `slimbed nearest`. */
export async function nearestCommand(
  path: string,
  args: readonly string[],
  flags: NearestFlags,
  session: Session
): Promise<void> {
  const queries = parseQueries(args)
  await checkInputs([path, flags.vocab])
  await closing(openTable(path, flags, session), async (opened) => {
    const words = opened.vocabulary
    if (!words) throw new SlimbedError('bad-input', `${path} has no words to look up; give them with --vocab words.txt`)
    for (const { word } of queries.flatMap(({ terms }) => terms)) findWord(word, words)
    const table = await tableInMemory(opened, session)
    const norms = rowNorms(table)
    const answers: Answer[] = []
    for (const query of queries) {
      throwIfAborted(session.signal)
      answers.push({ query: query.text, neighbours: ask({ table, words, norms }, query, flags.k) })
    }
    session.progress.clear()
    if (flags.json) await printJson({ table: path, k: flags.k, queries: answers })
    else await print(answers.map(show).join('\n\n'))
  })
}
