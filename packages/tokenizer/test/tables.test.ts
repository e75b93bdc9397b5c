import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rangesOf } from '../src/text/ranges.js'
import { marks, nonspacing, punctuation } from '../src/text/tables.js'

const whole: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('golden/tables.json', import.meta.url), 'utf8')
)

test.each([
  ['punctuation', punctuation],
  ['nonspacing', nonspacing],
  ['marks', marks]
])('%s: this engine takes the characters that the library takes, and no others', (name, pattern) => {
  const expected = new RegExp(`^[${rangesOf(whole[name])}]$`, 'u')
  const found = new RegExp(`^${pattern()}$`, 'u')
  const differing: string[] = []
  for (let point = 1; point < 0x110000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue
    const character = String.fromCodePoint(point)
    if (found.test(character) !== expected.test(character)) differing.push(point.toString(16))
  }
  expect(differing).toEqual([])
})
