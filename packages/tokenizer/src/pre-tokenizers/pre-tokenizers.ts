import { at, characterAt, fail, flagAt, type Json, type JsonObject, listAt, nested, shown } from '../check.js'
import { byteLevel } from '../text/byte-level.js'
import { numeric, whitespace, word } from '../text/classes.js'
import { forEachPart, literal, pattern, patternAt } from '../text/pattern.js'
import { punctuation } from '../text/tables.js'
import { metaspace } from './metaspace.js'
import { behaviorAt, type Emit, type PreTokenizer, splitBy } from './split.js'

type Make = (json: JsonObject, where: string) => PreTokenizer

/** The pattern of GPT-2 (Radford et al. 2019). */
const words = () =>
  pattern(
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{White_Space}\\p{L}\\p{N}]+|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+",
    true
  )

function bytes(json: JsonObject, where: string): PreTokenizer {
  const space = flagAt(at(json, 'add_prefix_space'), `${where}.add_prefix_space`, true)
  const parts = flagAt(at(json, 'use_regex'), `${where}.use_regex`, true) ? splitBy(words(), 'Isolated') : undefined
  return (text, first, emit) => {
    const spaced = space && !text.startsWith(' ') ? ` ${text}` : text
    const take: Emit = (piece, begins) => emit(byteLevel(piece), begins)
    if (parts) parts(spaced, first, take)
    else take(spaced, first)
  }
}

const blank = () => splitBy(pattern(`[${whitespace}]`), 'Removed')

/** White space is left out, and a punctuation mark is a piece. */
function bert(): PreTokenizer {
  const isBlank = new RegExp(`[${whitespace}]`)
  const marks = pattern(`[${whitespace}]|${punctuation()}`)
  return (text, first, emit) =>
    forEachPart(text, marks, (start, end, matches) => {
      if (!matches || !isBlank.test(text[start])) emit(text.slice(start, end), first && start === 0)
    })
}

const inTurn = (steps: readonly PreTokenizer[]): PreTokenizer =>
  steps.reduceRight<PreTokenizer>(
    (rest, step) => (text, first, emit) => step(text, first, (piece, begins) => rest(piece, begins, emit)),
    (text, first, emit) => emit(text, first)
  )

function sequence(json: JsonObject, where: string): PreTokenizer {
  const steps = listAt(at(json, 'pretokenizers'), `${where}.pretokenizers`)
  return inTurn(steps.map((step, i) => preTokenizerAt(step, `${where}.pretokenizers[${i}]`)))
}

function digits(json: JsonObject, where: string): PreTokenizer {
  const alone = flagAt(at(json, 'individual_digits'), `${where}.individual_digits`)
  return splitBy(pattern(`[${numeric}]`), alone ? 'Isolated' : 'Contiguous')
}

function punctuationSplit(json: JsonObject, where: string): PreTokenizer {
  const behavior = behaviorAt(at(json, 'behavior') ?? 'Isolated', `${where}.behavior`)
  return splitBy(pattern(punctuation()), behavior)
}

function split(json: JsonObject, where: string): PreTokenizer {
  const parts = patternAt(at(json, 'pattern'), `${where}.pattern`)
  const behavior = behaviorAt(at(json, 'behavior'), `${where}.behavior`)
  return splitBy(parts, behavior, flagAt(at(json, 'invert'), `${where}.invert`))
}

const delimiter = (json: JsonObject, where: string) =>
  splitBy(literal(characterAt(at(json, 'delimiter'), `${where}.delimiter`)), 'Removed')

const kinds = new Map<Json | undefined, Make>([
  ['BertPreTokenizer', bert],
  ['ByteLevel', bytes],
  ['CharDelimiterSplit', delimiter],
  ['Digits', digits],
  ['Metaspace', metaspace],
  ['Punctuation', punctuationSplit],
  ['Sequence', sequence],
  ['Split', split],
  // Shorter runs of word characters are joined again: one of millions would exceed the stack.
  ['Whitespace', () => inTurn([blank(), splitBy(pattern(`[${word}]{1,1000}`, true), 'Contiguous')])],
  ['WhitespaceSplit', blank]
])

/** The pre-tokenizer that a file describes. Throws `unsupported` for one that is not known, `corrupt-file`. */
export function preTokenizerAt(value: Json | undefined, where: string): PreTokenizer {
  const json = nested(value, where)
  const make = kinds.get(at(json, 'type'))
  return make ? make(json, where) : fail('unsupported', `${where}: the pre-tokenizer ${shown(at(json, 'type'))}`)
}
