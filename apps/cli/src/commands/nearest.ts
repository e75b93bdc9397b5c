import { throwIfAborted } from '@slimbed/core'
import { isSlimbedError, rowNorms, SlimbedError, type Vocabulary } from '@slimbed/runtime'
import { type CodeSearch, codeSearch } from '@slimbed/runtime/search'
import type { NearestFlags } from '../flags/nearest.js'
import { closing } from '../open/closing.js'
import { checkInputs } from '../open/paths.js'
import { checkSameWords } from '../open/same-words.js'
import { type Given, stdinLines } from '../open/stdin-lines.js'
import { type Opened, openTable, tableInMemory } from '../open/table.js'
import { ask, type Neighbour, type Searchable } from '../query/ask.js'
import { findWord } from '../query/find-word.js'
import { parseLine, parseQueries, type Query } from '../query/parse.js'
import { askTwice } from '../query/rescore.js'
import { print, printJson, type Session } from '../session/session.js'
import { printable } from '../show/text/printable.js'
import { alignColumns } from '../show/text/table.js'
import { decimal } from '../show/text/units.js'

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

/** A table in memory with its words. Rejects with `bad-input` when it has none. */
async function searchableOf(opened: Opened, session: Session): Promise<Searchable> {
  const words = opened.vocabulary
  if (!words) {
    const problem = 'has no words to look up; give them with --vocab words.txt'
    throw new SlimbedError('bad-input', `${opened.path} ${problem}`)
  }
  const table = await tableInMemory(opened, session)
  return { table, words, norms: rowNorms(table) }
}

/** Throws as `findWord` does, with the line of the query. */
function checkWords({ terms, where }: Query, vocabulary: Vocabulary): void {
  try {
    for (const { word } of terms) findWord(word, vocabulary)
  } catch (error) {
    if (!isSlimbedError(error) || where === undefined) throw error
    throw new SlimbedError(error.code, `${where}: ${error.message}`, { cause: error })
  }
}

/** How queries are answered: by the table alone, or by a second one among what is near in the codes of the first. */
async function answering(
  opened: Opened,
  flags: NearestFlags,
  queries: readonly Query[],
  session: Session
): Promise<(query: Query) => Neighbour[]> {
  const { rescore, k, candidates } = flags
  const { vocabulary } = opened
  if (vocabulary) for (const query of queries) checkWords(query, vocabulary)
  if (rescore === undefined) {
    const searchable = await searchableOf(opened, session)
    return (query) => ask(searchable, query, k)
  }
  const search = codesIn(opened)
  return closing(openTable(rescore, { ...(flags.threads && { threads: flags.threads }) }, session), async (second) => {
    checkSameWords(opened, second)
    if (second.rows !== opened.rows) {
      const shapes = `${opened.path} has ${opened.rows} rows, ${rescore} has ${second.rows}`
      throw new SlimbedError('bad-input', `cannot rescore: ${shapes}; expected the same words in both`)
    }
    const codes = await searchableOf(opened, session)
    const table = await searchableOf({ ...second, vocabulary: codes.words }, session)
    return (query) => askTwice({ codes, search, table, candidates }, query, k)
  })
}

/** The codes of an opened table, ready to be searched. Throws `bad-input` when it has none. */
function codesIn({ path, table }: Opened): CodeSearch {
  try {
    return codeSearch(table)
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    throw new SlimbedError(error.code, `${path}: --rescore is for tables of codes, such as iiq makes: ${error.message}`)
  }
}

/** Finds the neighbours of words: `slimbed nearest`. */
export async function nearestCommand(path: string, given: Given, flags: NearestFlags, session: Session): Promise<void> {
  await checkInputs([path, flags.vocab, flags.rescore], session)
  const lines = await stdinLines(given, 'word', session)
  const queries = lines ? lines.map(parseLine) : parseQueries(given.args)
  await closing(openTable(path, flags, session), async (opened) => {
    const answer = await answering(opened, flags, queries, session)
    const answers: Answer[] = []
    for (const query of queries) {
      throwIfAborted(session.signal)
      answers.push({ query: query.text, neighbours: answer(query) })
    }
    session.progress.clear()
    const about = { table: path, k: flags.k, ...(flags.rescore && { rescore: flags.rescore }) }
    if (flags.json) await printJson({ ...about, queries: answers })
    else await print(answers.map(show).join('\n\n'))
  })
}
