import { at, characterAt, fail, flagAt, type JsonObject, shown } from '../check.js'
import { literal } from '../text/pattern.js'
import { type PreTokenizer, splitBy } from './split.js'

/** Where a piece gets the character for a space at its beginning. */
function schemeOf(json: JsonObject, where: string): 'always' | 'first' | 'never' {
  const scheme = at(json, 'prepend_scheme')
  if (scheme === 'first' || scheme === 'never' || scheme === 'always') return scheme
  if (scheme !== undefined && scheme !== null) fail('unsupported', `${where}.prepend_scheme: ${shown(scheme)}`)
  return flagAt(at(json, 'add_prefix_space'), `${where}.add_prefix_space`, true) ? 'always' : 'never'
}

/** Spaces as a character, which begins a word, as in SentencePiece. */
export function metaspace(json: JsonObject, where: string): PreTokenizer {
  const mark = characterAt(at(json, 'replacement'), `${where}.replacement`)
  const scheme = schemeOf(json, where)
  const split = flagAt(at(json, 'split'), `${where}.split`, true)
  const parts = splitBy(literal(mark), 'MergedWithNext')
  return (text, first, emit) => {
    let marked = text.replaceAll(' ', () => mark)
    const prepends = scheme === 'always' || (scheme === 'first' && first)
    if (prepends && !marked.startsWith(mark)) marked = mark + marked
    if (split) parts(marked, first, emit)
    else emit(marked, first)
  }
}
