// Writes ../src/text/tables.ts from what properties.py prints. Run it in the newest Node: what is newer than the library's tables is what
// this Node has and the library does not.
import { readFileSync, writeFileSync } from 'node:fs'

const python = JSON.parse(readFileSync(0, 'utf8'))
const points = Array.from({ length: 0x110000 }, (_, i) => i).filter(
  (point) => point > 0 && (point < 0xd800 || point > 0xdfff)
)
const setOf = (ranges) =>
  new Set(ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)))
const sets = Object.fromEntries(
  Object.entries(python).flatMap(([name, value]) => (Array.isArray(value) ? [[name, setOf(value)]] : []))
)

const movesHere = (text) =>
  `a${text}\u0334`.normalize('NFD') !== `a${text.normalize('NFD')}\u0334` ||
  `a\u0345${text}`.normalize('NFD') !== `a\u0345${text.normalize('NFD')}`
const differs = (form) => (text) => text.normalize(form) !== (python.forms[form][text.codePointAt(0)] ?? text)
const forms = Object.keys(python.forms)
const of = (test) => points.filter((point) => test(String.fromCodePoint(point), point))

/** What is a class in this engine and not in the library's tables, which are older; and the reverse. */
const property = (name, source) => {
  const known = new RegExp(source, 'u')
  return {
    source,
    without: of((text, point) => known.test(text) && !sets[name].has(point)),
    also: of((text, point) => !known.test(text) && sets[name].has(point))
  }
}

const tables = {
  punctuation: property('punctuation', '\\p{P}'),
  removed: of((text, point) => sets.removed.has(point) && !/[\p{Cc}\p{Co}\ufffd]/u.test(text)),
  nonspacing: property('nonspacing', '\\p{Mn}'),
  marks: property('marks', '\\p{M}'),
  newer: of((text, point) => sets.unassigned.has(point) && !/\p{Cn}/u.test(text)),
  unnormalized: of(
    (text, point) => forms.some((form) => differs(form)(text)) || (movesHere(text) && !sets.moves.has(point))
  ),
  uncomposed: of(differs('NFD'))
}

/** For each range the gap before it, and after a point how many characters follow its first one, if any, in base 36. */
function encoded(list) {
  const ranges = []
  let next = 0
  for (let i = 0; i < list.length; ) {
    let end = i
    while (list[end + 1] === list[end] + 1) end++
    const more = list[end] - list[i]
    ranges.push((list[i] - next).toString(36) + (more > 0 ? `.${more.toString(36)}` : ''))
    next = list[end] + 1
    i = end + 1
  }
  return ranges.join(' ')
}

const comments = {
  punctuation: 'A punctuation mark, as the library has it: of an earlier Unicode.',
  removed: 'Format characters that `clean_text` removes, besides controls and private use.',
  nonspacing: 'A nonspacing mark, as `BertNormalizer` has it.',
  marks: 'A mark, as `StripAccents` has it.',
  newer: 'Characters that the library does not know yet: its patterns take them for unassigned.',
  unnormalized:
    'Characters whose decomposition or class the library does not know: they stay, and nothing moves across them.',
  uncomposed: 'Of these, those that are made of others.'
}
const expression = (table) =>
  Array.isArray(table)
    ? `rangesOf('${encoded(table)}')`
    : `propertyOf('${table.source.replace('\\', '\\\\')}', '${encoded(table.without)}', '${encoded(table.also)}')`
const lines = Object.entries(tables).flatMap(([name, table]) => [
  `/** ${comments[name]} */`,
  `export const ${name} = () => ${expression(table)}\n`
])
writeFileSync(
  new URL('../src/text/tables.ts', import.meta.url),
  `// Written by reference/tables.mjs.\nimport { propertyOf, rangesOf } from './ranges.js'\n\n${lines.join('\n')}`
)
// What this engine's classes must come to, for the tests.
const whole = Object.fromEntries(
  ['punctuation', 'nonspacing', 'marks'].map((name) => [name, encoded(of((_, point) => sets[name].has(point)))])
)
writeFileSync(new URL('../test/golden/tables.json', import.meta.url), `${JSON.stringify(whole, undefined, 0)}\n`)
