import type { Trial } from '../demo/trial.js'
import { ask, type Searchable } from '../query/ask.js'
import { printable } from './text/printable.js'
import { alignColumns } from './text/table.js'
import { bytes, decimal, percent, times } from './text/units.js'

const letter = (i: number): string => String.fromCharCode(65 + i)

/** What each pipeline costs, the uncompressed table first. */
export function showTrials(denseBytes: number, trials: readonly Trial[]): string {
  return alignColumns(
    [
      ['', 'pipeline', 'size', 'smaller', 'relative error', 'mean cosine', 'neighbours kept'],
      ['', 'none (float32)', bytes(denseBytes), times(1), decimal(0), decimal(1), percent(1)],
      ...trials.map((trial, i) => [
        letter(i),
        trial.pipeline,
        bytes(trial.bytes),
        times(trial.ratio),
        decimal(trial.relativeError),
        decimal(trial.meanCosine),
        percent(trial.overlap)
      ])
    ],
    'llrrrrr'
  )
}

/**
 * The five nearest words of a word in each table, side by side, the uncompressed table first; a star marks those that
 * are not among the five of the first. Where the word's row is zeros it has none.
 */
export function showNeighbours(word: string, tables: readonly Searchable[]): string {
  const query = { text: word, terms: [{ word, sign: 1 as const }] }
  const isZero = ({ words, norms }: Searchable) => norms[words.find(word)] === 0
  const lists = tables.map((table) =>
    isZero(table) ? [] : ask(table, query, 5).map((neighbour) => printable(neighbour.word))
  )
  const before = new Set(lists[0])
  const height = Math.max(...lists.map(({ length }) => length))
  const lines = Array.from({ length: height }, (_, i) =>
    lists.map((list) => (list[i] === undefined ? '' : before.has(list[i]) ? list[i] : `${list[i]} *`))
  )
  const title = [printable(word), ...lists.slice(1).map((_, i) => letter(i))]
  return alignColumns([title, ...lines], 'l'.repeat(lists.length))
}
