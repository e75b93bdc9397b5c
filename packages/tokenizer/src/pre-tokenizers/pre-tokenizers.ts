import {
  at,
  characterAt,
  countAt,
  fail,
  flagAt,
  type Json,
  type JsonObject,
  listAt,
  objectAt,
  shown
} from '../check.js'
import { byteLevel } from '../text/byte-level.js'
import { numeric, whitespace, word } from '../text/classes.js'
import { literal, pattern, patternAt } from '../text/pattern.js'
import { punctuation } from '../text/tables.js'
import { metaspace } from './metaspace.js'
import { behaviorAt, type Emit, matchesOf, type PreTokenizer, splitBy } from './split.js'

type Make = (json: JsonObject, where: string) => PreTokenizer

/** The pattern of GPT-2 (Radford et al. 2019). */
const words = () =>
  pattern(
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{White_Space}\\p{L}\\p{N}]+|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+",
    true
  )

function bytes(json: JsonObject, where: string): PreTokenizer {
  const space = flagAt(at(json, 'add_prefix_space'), `${where}.add_prefix_space`, true)
  const split = flagAt(at(json, 'use_regex'), `${where}.use_regex`, true) ? splitBy(words(), 'Isolated') : undefined
  return (text, first, emit) => {
    const spaced = space && !text.startsWith(' ') ? ` ${text}` : text
    const take: Emit = (piece, begins) => emit(byteLevel(piece), begins)
    if (split) split(spaced, first, take)
    else take(spaced, first)
  }
}

function fixedLength(json: JsonObject, where: string): PreTokenizer {
  const length = countAt(at(json, 'length'), `${where}.length`)
  if (length === 0) fail('corrupt-file', `${where}.length: expected 1 or more`)
  return matchesOf(pattern(`[^]{1,${length}}`))
}

function sequence(json: JsonObject, where: string): PreTokenizer {
  const steps = listAt(at(json, 'pretokenizers'), `${where}.pretokenizers`).map((step, i) =>
    preTokenizerAt(step, `${where}.pretokenizers[${i}]`)
  )
  return steps.reduceRight<PreTokenizer>(
    (rest, step) => (text, first, emit) => step(text, first, (piece, begins) => rest(piece, begins, emit)),
    (text, first, emit) => emit(text, first)
  )
}

const kinds = new Map<Json | undefined, Make>([
  ['BertPreTokenizer', () => matchesOf(pattern(`[^${whitespace}${punctuation()}]+|[${punctuation()}]`))],
  ['ByteLevel', bytes],
  [
    'CharDelimiterSplit',
    (json, where) => splitBy(literal(characterAt(at(json, 'delimiter'), `${where}.delimiter`)), 'Removed')
  ],
  [
    'Digits',
    (json, where) =>
      splitBy(
        pattern(`[${numeric}]`),
        flagAt(at(json, 'individual_digits'), `${where}.individual_digits`) ? 'Isolated' : 'Contiguous'
      )
  ],
  ['FixedLength', fixedLength],
  ['Metaspace', metaspace],
  [
    'Punctuation',
    (json, where) =>
      splitBy(pattern(`[${punctuation()}]`), behaviorAt(at(json, 'behavior') ?? 'Isolated', `${where}.behavior`))
  ],
  ['Sequence', sequence],
  [
    'Split',
    (json, where) =>
      splitBy(
        patternAt(at(json, 'pattern'), `${where}.pattern`),
        behaviorAt(at(json, 'behavior'), `${where}.behavior`),
        flagAt(at(json, 'invert'), `${where}.invert`)
      )
  ],
  ['Whitespace', () => matchesOf(pattern(`[${word}]+|[^${word}${whitespace}]+`, true))],
  ['WhitespaceSplit', () => matchesOf(pattern(`[^${whitespace}]+`))]
])

/** The pre-tokenizer that a file describes. Throws `unsupported` for one that is not known, `corrupt-file`. */
export function preTokenizerAt(value: Json | undefined, where: string): PreTokenizer {
  const json = objectAt(value, where)
  const make = kinds.get(at(json, 'type'))
  return make ? make(json, where) : fail('unsupported', `${where}: the pre-tokenizer ${shown(at(json, 'type'))}`)
}
