import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { commandName } from '../src/demo/shell.js'
import { parseQueries } from '../src/query/parse.js'
import { printable } from '../src/show/text/printable.js'
import { alignColumns } from '../src/show/text/table.js'
import { treePrefixes } from '../src/show/text/tree.js'
import { bytes, counted, decimal, duration, percent, smaller, times } from '../src/show/text/units.js'

test('columns are as wide as they look, whatever the script', () => {
  expect(
    alignColumns(
      [
        ['kind', 'bytes'],
        ['日本', '1'],
        ['é', '1,024']
      ],
      'lr'
    )
  ).toBe(['  kind  bytes', '  日本      1', '  é     1,024'].join('\n'))
  const cell = fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => printable(text).trim() || 'x')
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (lines) => {
      const ends = alignColumns(lines, 'lr')
        .split('\n')
        .map((line) => stringWidth(line))
      expect(new Set(ends).size).toBe(1)
    })
  )
})

test('a tree is drawn by depth', () => {
  expect(treePrefixes([0, 1, 2, 2, 1, 2])).toEqual(['', '├─ ', '│  ├─ ', '│  └─ ', '└─ ', '   └─ '])
})

test('what could steer a terminal is shown by number', () => {
  expect(printable('a\u001b[2Jb\u202ec\n é 日')).toBe('a\\u{1b}[2Jb\\u{202e}c\\u{a} é 日')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    })
  )
})

describe('numbers read as a person would say them:', () => {
  test.each([
    [bytes(999), '999 B'],
    [bytes(1_234_567), '1.23 MB'],
    [counted(1, 'bit'), '1 bit'],
    [counted(41_353, 'word'), '41,353 words'],
    [times(15.06), '15.1 ×'],
    [times(0.0423), '23.6 × larger'],
    [times(0.999), '1.0 ×'],
    [times(123.4), '123 ×'],
    [smaller(15.06), '15.1 × smaller'],
    [smaller(0.997), 'no smaller'],
    [smaller(0.94), '6 % larger'],
    [smaller(0.98), '2 % larger'],
    [smaller(0.4), '2.5 × larger'],
    [smaller(0.01), '100 × larger'],
    [decimal(0.123456), '0.1235'],
    [decimal(0.0000123), '1.2e-5'],
    [decimal(0), '0.0000'],
    [percent(0.9875), '98.8 %'],
    [duration(0.4567), '0.46 s'],
    [duration(2.345), '2.3 s'],
    [duration(3), '3 s'],
    [duration(42.4), '42 s'],
    [duration(200), '3 min 20 s']
  ])('%s', (made, expected) => {
    expect(made).toBe(expected)
  })
})

test.each([
  [['a'], ['a'], [[1]]],
  [
    ['a', 'b'],
    ['a', 'b'],
    [[1], [1]]
  ],
  [['a', '-', 'b', '+', 'c'], ['a - b + c'], [[1, -1, 1]]],
  [
    ['a', '-', 'b', 'c'],
    ['a - b', 'c'],
    [[1, -1], [1]]
  ],
  [['+'], ['+'], [[1]]],
  [
    ['a', '-'],
    ['a', '-'],
    [[1], [1]]
  ],
  [['-', '+', '-'], ['- + -'], [[1, 1]]]
])('%j asks %j', (args, texts, signs) => {
  const queries = parseQueries(args)
  expect(queries.map(({ text }) => text)).toEqual(texts)
  expect(queries.map(({ terms }) => terms.map(({ sign }) => sign))).toEqual(signs)
})

test.each([
  ['/usr/local/bin/slimbed', 'slimbed'],
  ['/home/me/project/node_modules/.bin/slimbed', 'npx slimbed'],
  [`${process.cwd()}/apps/cli/dist/bin.js`, 'node apps/cli/dist/bin.js'],
  [`${process.cwd()}/my files/bin.js`, 'node "my files/bin.js"']
])('%s is run again as %s', (path, name) => {
  expect(commandName(path)).toBe(name)
})
