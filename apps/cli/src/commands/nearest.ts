import { throwIfAborted } from '@slimbed/core'
import { gather, isSlimbedError, rowNorms, SlimbedError, type Vocabulary } from '@slimbed/runtime'
import { type CodeSearch, codeSearch } from '@slimbed/runtime/search'
import type { NearestFlags } from '../flags/nearest.js'
import { closing } from '../open/closing.js'
import { checkInputs } from '../open/paths.js'
import { checkSameWords } from '../open/same-words.js'
import { type Given, stdinLines } from '../open/stdin-lines.js'
import { type Opened, openTable, tableInMemory } from '../open/table.js'
import { ask, type Neighbour, type Others, type Searchable } from '../query/ask.js'
import { askInBlocks, type Blocks } from '../query/blocks.js'
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

/** The words of a table. Throws `bad-input` if it has none. */
function wordsOf({ path, vocabulary }: Opened): Vocabulary {
  if (vocabulary) return vocabulary
  throw new SlimbedError('bad-input', `${path} has no words to look up; give them with --vocab words.txt`)
}

/** Reads a table and its words into memory. Rejects with `bad-input` if it has no words. */
async function searchableOf(opened: Opened, session: Session): Promise<Searchable> {
  const words = wordsOf(opened)
  const table = await tableInMemory(opened, session)
  return { table, words, norms: rowNorms(table) }
}

/** A table whose rows are read in blocks, with the words given. */
function blocksOf({ rows, dim, table, take }: Opened, words: Vocabulary): Blocks {
  const every = (start: number, count: number) => Array.from({ length: count }, (_, i) => start + i)
  return {
    rows,
    dim,
    words,
    take: take ?? (async (start, count) => gather(Uint32Array.from(every(start, count)), table))
  }
}

/** The vectors of those words of queries that the table does not have, by their n-grams. */
async function othersIn({ vectorOf, path }: Opened, queries: readonly Query[], words: Vocabulary, session: Session) {
  const others = new Map<string, Float32Array>()
  if (!vectorOf) return others
  for (const { word } of queries.flatMap(({ terms }) => terms)) {
    if (others.has(word) || words.find(word) >= 0) continue
    const vector = await vectorOf(word)
    if (!vector) continue
    others.set(word, vector)
    session.warn(
      `${printable(JSON.stringify(word))} is none of the words of ${path}; its vector is that of its n-grams`
    )
  }
  return others
}

/** Throws as `findWord` does, with the line number of the query. */
function checkWords({ terms, where }: Query, vocabulary: Vocabulary, others: Others): void {
  try {
    for (const { word } of terms) if (!others.has(word)) findWord(word, vocabulary)
  } catch (error) {
    if (!isSlimbedError(error) || where === undefined) throw error
    throw new SlimbedError(error.code, `${where}: ${error.message}`, { cause: error })
  }
}

/** Answers from a second table, among the rows that are nearest in the codes of the first. */
async function answerTwice(
  opened: Opened,
  second: Opened,
  search: CodeSearch,
  queries: readonly Query[],
  { k, candidates }: NearestFlags,
  session: Session
): Promise<Neighbour[][]> {
  checkSameWords(opened, second)
  if (second.rows !== opened.rows) {
    const shapes = `${opened.path} has ${opened.rows} rows, ${second.path} has ${second.rows}`
    throw new SlimbedError('bad-input', `cannot rescore: ${shapes}; expected the same words in both`)
  }
  const codes = await searchableOf(opened, session)
  const table = blocksOf(second, codes.words)
  const answers: Neighbour[][] = []
  for (const query of queries) {
    throwIfAborted(session.signal)
    answers.push(await askTwice({ codes, search, table, candidates }, query, k))
  }
  return answers
}

/** Answers queries, from the table alone or with a second one. */
async function answering(
  opened: Opened,
  flags: NearestFlags,
  queries: readonly Query[],
  session: Session
): Promise<Neighbour[][]> {
  const { rescore, k, threads } = flags
  const { vocabulary } = opened
  const unknown = vocabulary && rescore === undefined ? await othersIn(opened, queries, vocabulary, session) : undefined
  const others: Others = unknown ?? new Map()
  if (vocabulary) for (const query of queries) checkWords(query, vocabulary, others)
  if (rescore !== undefined) {
    const search = codesIn(opened)
    return closing(openTable(rescore, { ...(threads && { threads }) }, session), (second) =>
      answerTwice(opened, second, search, queries, flags, session)
    )
  }
  if (opened.take) return askInBlocks({ ...blocksOf(opened, wordsOf(opened)), others }, queries, k, session)
  const searchable = { ...(await searchableOf(opened, session)), others }
  return queries.map((query) => {
    throwIfAborted(session.signal)
    return ask(searchable, query, k)
  })
}

/** A search over the codes of an opened table. Throws `bad-input` if it has none. */
function codesIn({ path, table }: Opened): CodeSearch {
  try {
    return codeSearch(table)
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    throw new SlimbedError(error.code, `${path}: --rescore is for tables of codes, such as iiq makes: ${error.message}`)
  }
}

/** `slimbed nearest`: finds the neighbours of words. */
export async function nearestCommand(path: string, given: Given, flags: NearestFlags, session: Session): Promise<void> {
  await checkInputs([path, flags.vocab, flags.rescore], session)
  const lines = await stdinLines(given, 'word', session)
  const queries = lines ? lines.map(parseLine) : parseQueries(given.args)
  const reading = { ...flags, inMemory: flags.rescore !== undefined }
  await closing(openTable(path, reading, session), async (opened) => {
    const found = await answering(opened, flags, queries, session)
    const answers: Answer[] = queries.map(({ text }, i) => ({ query: text, neighbours: found[i] }))
    session.progress.clear()
    const about = { table: path, k: flags.k, ...(flags.rescore && { rescore: flags.rescore }) }
    if (flags.json) await printJson({ ...about, queries: answers })
    else await print(answers.map(show).join('\n\n'))
  })
}
