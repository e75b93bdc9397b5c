import { type Encoder, encoderOf, hasEncoder } from '@slimbed/encoder'
import type { Artefact, Extra, Table } from '@slimbed/runtime'
import type { BothSides, FoundText } from './api.js'

/** What a static model has beside its rows. */
export interface Texts {
  /** The model as it was. */
  readonly before: Encoder
  /** What its artefacts hold besides their tables. */
  readonly extra: Extra
  /** The table of an artefact: the rows that tokens share, where they share some. */
  shared(table: Table): Table
}

/** The encoder of an artefact, made when it is asked for first; undefined for one that turns no texts into vectors. */
export function laterEncoder(artefact: Pick<Artefact, 'table' | 'extra'>): (() => Encoder) | undefined {
  if (!hasEncoder(artefact)) return undefined
  let encoder: Encoder | undefined
  return () => {
    encoder ??= encoderOf(artefact)
    return encoder
  }
}

/** The cosines of two texts. */
export const similarityOf = (before: Encoder | undefined, after: Encoder, a: string, b: string): BothSides<number> => ({
  before: before?.similarity(a, b),
  after: after.similarity(a, b)
})

const search = (encoder: Encoder, query: string, lines: readonly string[], k: number): FoundText[] =>
  encoder.search(query, encoder.encode(lines), k).map(({ row, score }) => ({ line: row, text: lines[row], score }))

/** The lines that are nearest to a text. */
export const nearestTexts = (
  before: Encoder | undefined,
  after: Encoder,
  query: string,
  lines: readonly string[],
  k: number
): BothSides<readonly FoundText[]> => ({
  before: before && search(before, query, lines, k),
  after: search(after, query, lines, k)
})
