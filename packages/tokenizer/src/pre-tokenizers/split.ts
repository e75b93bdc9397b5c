import { fail, type Json, shown } from '../check.js'
import { forEachPart, type Pattern } from '../text/pattern.js'

/** What becomes of the parts of a text that match. */
export type Behavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous'

const behaviors: readonly string[] = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous']
const isBehavior = (value: Json | undefined): value is Behavior =>
  typeof value === 'string' && behaviors.includes(value)

/** A behavior of a file. Throws `unsupported`. */
export const behaviorAt = (value: Json | undefined, where: string): Behavior =>
  isBehavior(value) ? value : fail('unsupported', `${where}: the behavior ${shown(value)}`)

/**
 * Takes the pieces of a text in their order. `first` is true of a piece that begins where the text of the tokenizer begins.
 */
export type Emit = (piece: string, first: boolean) => void

/** Splits a piece into pieces. */
export type PreTokenizer = (piece: string, first: boolean, emit: Emit) => void

/** Splits where a pattern matches, or with `invert` where it does not. */
export function splitBy(pattern: Pattern, behavior: Behavior, invert = false): PreTokenizer {
  return (text, first, emit) => {
    const give = (start: number, end: number) => {
      if (end > start) emit(text.slice(start, end), first && start === 0)
    }
    if (behavior === 'Removed' || behavior === 'Isolated') {
      forEachPart(text, pattern, (start, end, matches) => {
        if (behavior === 'Isolated' || matches === invert) give(start, end)
      })
      return
    }
    // The part that may still grow.
    let from = 0
    let to = -1
    let before = false
    forEachPart(text, pattern, (start, end, matched) => {
      const matches = matched !== invert
      const joins =
        behavior === 'Contiguous'
          ? matches === before
          : behavior === 'MergedWithPrevious'
            ? matches && !before
            : before && !matches
      before = matches
      if (to >= 0 && joins) {
        to = end
        return
      }
      give(from, to)
      from = start
      to = end
    })
    give(from, to)
  }
}
