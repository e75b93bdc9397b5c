import { isSlimbedError } from '@slimbed/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTask, examplesOf, labelDoubts, markedLabels } from '../src/index.js'

const pairs = (path: string, text: string) => examplesOf(path, text).map(({ label, text }) => [label, text])

describe('one label a line', () => {
  test.each([
    ['first', 'a.txt', 'fun a film\n\n \t\ndull the  story\n'],
    ['carriage returns and line feeds', 'a.txt', 'fun a film\r\n\r\ndull the  story\r\n'],
    ['carriage returns alone', 'a.txt', 'fun a film\rdull the  story\r'],
    ['tabs after the label', 'a.txt', 'fun\ta film\ndull\tthe  story'],
    ['a byte order mark in the middle, of joined files', 'a.txt', 'fun a film\n\ufeffdull the  story'],
    ['a table', 'a.tsv', 'fun\ta film\n\n  \ndull\tthe  story\n'],
    [
      'a table with names, the label last',
      'a.csv',
      'id,Sentence,Label\r\n1,a film,fun\r\n2,the  story, dull\r\n,,\r\n'
    ],
    ['a column called label before others', 'a.tsv', 'category\ttext\tlabel\nx\ta film\tfun\nx\tthe  story\tdull\n']
  ])('%s', (_, path, text) => {
    expect(pairs(path, text)).toEqual([
      ['fun', 'a film'],
      ['dull', 'the  story']
    ])
  })

  test.each([
    ['first', '__label__fun a film\n__label__dull the story\n'],
    ['last', 'a film __label__fun\nthe story __label__dull'],
    ['in the middle, or anywhere', 'a __label__fun film\r\n\r\n__label__dull\tthe story\r\n'],
    ['twice the same', '__label__fun a film __label__fun\nthe story __label__dull'],
    ['with another prefix', 'a film __label__fun\nthe story __label__dull'.replaceAll('__label__', '__topic__')]
  ])('with a prefix, %s', (_, text) => {
    const found = pairs('a.txt', text).map(([label, text]) => [label.replace(/^__[a-z]+__/, ''), text])
    expect(found).toEqual([
      ['fun', 'a film'],
      ['dull', 'the story']
    ])
  })

  test('what looks like several labels and is none', () => {
    const texts = Array.from({ length: 30 }, (_, i) => `${i % 2} word${i} and __init__.py\n`)
    expect(examplesOf('a.txt', `1 0 of them\n${texts.join('')}`)).toHaveLength(31)
    const goods = '"Toys, games",a ball\n"Home, garden",a hose\n"Home, kitchen",a pan\n"Toys, games",a doll\n'
    expect(examplesOf('a.csv', goods)).toHaveLength(4)
    expect(pairs('a.txt', 'good good film\nbad bad film\ngood good plot')).toHaveLength(3)
  })
})

describe('refused with the line, and what to do:', () => {
  const long = (first: string) => first + '__label__dull the story\n'.repeat(200)
  test.each([
    [
      'several labels',
      long('__label__fun __label__joy a film\n'),
      /^a\.txt, line 1: 2 labels \("__label__fun", "__label__joy"\); .*keep one/
    ],
    ['a second label at the end', long('\n__label__fun a film __label__joy\n'), /line 2: 2 labels/],
    ['glued labels', long('__label__fun,__label__joy a film\n'), /line 1: expected one label, such as __label__name/],
    ['a prefix alone', long('__label__ a film\n'), /line 1: expected one label/],
    ['labels alone', long('__label__fun __label__joy\n'), /line 1: 2 labels/],
    ['a line without a label', long('a film\n'), /line 1: there is no label with __label__, which other lines have/],
    ['an unlabelled line at the end', `${long('')}a film`, /line 201: there is no label/],
    ['another prefix', '__topic__fun __topic__joy a film\n__topic__dull the story', /line 1: 2 labels/],
    [
      'hashtags',
      '#fun #joy a film\n#dull the story\n#joy a song\n#dull what a #day',
      /line 1: 2 labels or more \("#fun", "#joy"\)/
    ],
    ['a prefix of words', 'is:fun is:joy a film\nis:dull the story', /line 1: 2 labels or more/],
    [
      'bare labels',
      'fun joy a film\njoy fun a song\ndull the story',
      /line 1: "joy", after the label "fun", is the label of other lines, and 2 lines/
    ],
    ['numbers', '0 1 a film\n1 2 a song\n2 the story\n', /line 1: "1", after the label "0"/],
    ['lists', 'fun a film\nfun,joy a song\n', /line 2: label "fun,joy" is a list of 2 labels; .*keep one/],
    ['lists only', 'fun|joy a film\njoy|dull a song\nfun|dull a song', /line 1: label "fun\|joy" is a list/]
  ])('%s', (_, text, message) => {
    expect(() => examplesOf('a.txt', text)).toThrow(
      expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) })
    )
  })

  const eight = (row: (i: number) => string) => Array.from({ length: 8 }, (_, i) => row(i)).join('')
  test.each([
    ['a label in the text', 'a.tsv', 'fun\ta __label__joy film\n', /line 1: a label in the text, "__label__joy"/],
    ['labels in a cell', 'a.csv', '__label__fun __label__joy,a film\n', /line 1: 2 labels/],
    ['a list in a cell', 'a.csv', "\"['fun', 'joy']\",a film\n", /line 1: label .* is a list of 2 labels/],
    ['two columns of labels', 'a.csv', 'text,label,label\na film,fun,joy\n', /line 1: two columns are called label/],
    [
      'the text first',
      'a.tsv',
      eight((i) => `film ${i}\t${i % 2}\n`),
      /line 1: the first column has 8 different values: if it is the text/
    ],
    [
      'a heading that names one column',
      'a.tsv',
      'polarity\tsentence\n0\ta film\n1\ta story\n',
      /line 1: "polarity" and "sentence" may be names/
    ],
    [
      'a heading of other names',
      'a.tsv',
      `y\tx\n${eight((i) => `${i % 2}\tfilm ${i}\n`)}`,
      /line 1: "y" and "x" may be names/
    ]
  ])('%s', (_, path, text, message) => {
    expect(() => examplesOf(path, text)).toThrow(
      expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) })
    )
  })
})

test('labels never become words of a text, whatever the lines are', () => {
  const word = fc.constantFrom(
    '__label__a',
    '__label__b',
    '__label__',
    'x__label__a',
    '__label__a,__label__b',
    'film',
    'x',
    '#a',
    '\ufeff'
  )
  const lines = fc.array(fc.array(word, { maxLength: 5 }), { maxLength: 6 })
  fc.assert(
    fc.property(
      lines,
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom('a.txt', 'a.csv', 'a.tsv'),
      (lines, end, path) => {
        const text = lines.map((words) => words.join(path === 'a.csv' ? ',' : path === 'a.tsv' ? '\t' : ' ')).join(end)
        try {
          for (const { text: words } of examplesOf(path, text)) expect(markedLabels(words)).toEqual([])
        } catch (error) {
          if (!isSlimbedError(error, 'bad-input')) throw error
          expect(error.message).toMatch(/^a\.\w+(, line \d+)?: [^\n]+$/)
        }
      }
    )
  )
})

test('doubts about labels: the same but for case or space, and nearly one a text', async () => {
  const doubtsOf = async (labels: readonly string[]) =>
    labelDoubts(
      await createTask({
        train: labels.map((label) => ({ label, text: 'x y' })),
        dim: 2,
        dev: [{ label: labels[0], text: 'x' }]
      })
    )
  expect(await doubtsOf(['a', 'b', 'a'])).toEqual([])
  expect(await doubtsOf(['Very good', 'bad', 'very  good'])).toEqual([
    'labels "Very good" and "very  good" are two classes: they differ only in case or white space'
  ])
  expect(await doubtsOf(Array.from({ length: 9 }, (_, i) => `${i}`))).toEqual([
    '9 training texts have 9 labels: does each line begin with its label?'
  ])
})
