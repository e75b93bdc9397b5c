import { pythonWith, refusal, runPython } from '@slimbed/testing'
import { expect, test } from 'vitest'
import { forEachPart, patternAt } from '../src/text/pattern.js'

const texts = [
  "The cat's 12 Straßen—don’t! 'LL 'ſ K",
  'naïve  \t\n\r\n 日本語カタカナ한국어 ½²³ a_b a-b {x} [a]',
  'x\u0301\u0323 👍🏽🇩🇪 \u00a0\u3000 ÀÉ ab aab aaab 123456789 ʕ \u{11de5}\ua7ce'
]
const patterns = [
  String.raw`\w`,
  String.raw`\W+`,
  String.raw`\b`,
  String.raw`\B`,
  'a-b',
  String.raw`[a\-z&/]`,
  String.raw`[\w-]+`,
  String.raw`[^\s[a-c]]+`,
  String.raw` ?[^(\s|[.,!?…。，、।۔،])]+`,
  '^.',
  '.$',
  String.raw`\A.|.\z`,
  "(?i:'s|'LL|k)",
  String.raw`\p{Lu}?+\p{Ll}++`,
  '(?>a|ab)c?',
  'a{,2}b',
  'x{2,}?',
  String.raw`\p{Han}+`,
  String.raw`\p{^L}`,
  String.raw`\P{L}{1,3}`,
  String.raw`(?<!\p{L})\p{L}`,
  String.raw`\s+(?!\S)|\s+`,
  String.raw`\d{3}(?=\d)`,
  String.raw`\x{1F44D}|\u00e9|\x41`,
  '[]a]',
  '[^]a]',
  '{',
  'a{x}',
  '(?<n>a)b',
  String.raw`(?=\p{Lu})`,
  'a*',
  String.raw`\p{M}*`,
  String.raw`[\p{Ll}\p{Lo}]+`,
  String.raw`\p{Cn}|\p{N}`
]

/** A text with marks around what matches. */
function marked(source: string, text: string): string {
  let result = ''
  forEachPart(text, patternAt({ Regex: source }, 'x'), (start, end, matches) => {
    result += matches ? `⟦${text.slice(start, end)}⟧` : text.slice(start, end)
  })
  return result
}

const program = `
import json, sys
from tokenizers import Regex, pre_tokenizers
patterns, texts = json.load(sys.stdin)
# A part is what matches where the same part is left out by the other behavior.
def marked(pattern, text):
    parts = pre_tokenizers.Split(Regex(pattern), "removed").pre_tokenize_str(text)
    kept, end = [], 0
    for part, (start, stop) in parts:
        kept.append([text[end:start], part])
        end = stop
    return [kept, text[end:]]
print(json.dumps([[marked(pattern, text) for text in texts] for pattern in patterns]))`

const python = pythonWith('tokenizers')

test.skipIf(!python)('patterns match what they match in the Python library (pip install tokenizers)', () => {
  const expected = runPython(python, ['-c', program], JSON.stringify([patterns, texts])) as [string[][], string][][]
  /** The parts that do not match, each with what matches before it, and what matches at the end. */
  const split = (source: string, text: string) => {
    const kept: string[][] = []
    let matched = ''
    forEachPart(text, patternAt({ Regex: source }, 'x'), (start, end, matches) => {
      if (matches) matched += text.slice(start, end)
      else kept.push([matched, text.slice(start, end)])
      if (!matches) matched = ''
    })
    return [kept, matched]
  }
  for (const [i, source] of patterns.entries()) {
    expect([source, texts.map((text) => split(source, text))]).toEqual([source, expected[i]])
  }
})

test.each([
  [String.raw`\p{Lu}?+\p{Ll}++`, 'aB Cd', '⟦a⟧B ⟦Cd⟧'],
  ["(?i:'s)", "'s 'S 'ſ", "⟦'s⟧ ⟦'S⟧ ⟦'ſ⟧"],
  ['a*', 'aab', '⟦aa⟧b⟦⟧'],
  [String.raw`\B`, '👍 a', '⟦⟧👍⟦⟧ a'],
  [String.raw`[^\s[a-c]]+`, 'ad de', 'a⟦d⟧ ⟦de⟧'],
  // Newer than the library.
  [String.raw`\p{L}`, 'a\ua7ce', '⟦a⟧\ua7ce'],
  [String.raw`\p{Cn}`, 'a\ua7ce', 'a⟦\ua7ce⟧']
])('%s in %s', (source, text, expected) => {
  expect(marked(source, text)).toBe(expected)
})

test.each([
  ['(a+)+', 'a repetition of repetitions'],
  ['(a|b)*', 'a repetition of repetitions'],
  ['(a?){30}', 'a repetition of repetitions'],
  ['a?'.repeat(30), 'more than 12 repetitions in a row'],
  ['[a&&b]', 'an intersection of classes'],
  ['[[:alpha:]]', 'a class of the kind [:'],
  [String.raw`[\W]`, String.raw`[\W]`],
  [String.raw`\p{Nonsense}`, 'the property Nonsense'],
  [String.raw`\K`, String.raw`\K`],
  ['(?m:a)', '(?m:'],
  ['(?i:[a-z])', 'a class of letters of either case'],
  ['(?i:é)', 'a letter besides a to z of either case'],
  ['(a', 'a bracket without an end'],
  ['a)', 'a bracket too many'],
  ['[a', 'it ends too early'],
  ['a\\', 'it ends too early'],
  ['*', 'a repetition of nothing']
])('%s is refused', async (source, message) => {
  const told = await refusal(() => patternAt({ Regex: source }, 'x'))
  expect(told).toBe(
    `unsupported: tokenizer.json: x.Regex: the pattern ${JSON.stringify(source).slice(0, 60)}${JSON.stringify(source).length > 60 ? '…' : ''}: ${message}`
  )
})
