import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTasks } from '../src/index.js'
import { data, hasData, latin1, utf8 } from './support.js'

const parse = (name: string, text: string) => parseTasks([{ name, bytes: utf8(text) }])
const reasons = (name: string, text: string) => {
  const { tasks, skipped } = parse(name, text)
  expect(tasks).toEqual([])
  return skipped.map(({ reason }) => reason)
}

describe('files are told apart by what is in them', () => {
  test('word pairs: tabs, commas or spaces, a heading, CRLF, a last line without an end', () => {
    const expected = { kind: 'similarity', name: 'set', first: ['a', 'c'], second: ['b', 'd'], scores: [1.5, -2] }
    for (const text of ['a\tb\t1.5\r\nc\td\t-2\r\n', 'a b 1.5\n\nc  d -2', 'word1,word2,score\na,b,1.5\nc,d,-2\n']) {
      expect(parse('set.txt', text)).toEqual({ tasks: [expected], skipped: [], notes: [] })
    }
  })

  test.each([
    ['SimLex-999', 'word1\tword2\tPOS\tSimLex999\tconc(w1)\tSD(SimLex)\na\tb\tA\t1.5\t3\t2\nc\td\tN\t-2\t3\t1\n'],
    ['Rare Words: the mean, then the raters', 'a\tb\t1.5\t1\t2\nc\td\t-2\t0\t1\n'],
    ['SimVerb-3500: a part of speech, a relation', 'a\tb\tV\t1.5\tSYNONYMS\nc\td\tV\t-2\tNONE\n'],
    ['WordSim-353', 'Word 1,Word 2,Human (mean)\na,b,1.5\nc,d,-2\n'],
    ['other columns first', 'id,POS,word_a,word_b,rating\n0,N,a,b,1.5\n1,N,c,d,-2\n'],
    ['raters first', 'Word 1\tWord 2\tSubject1\tHuman (Mean)\na\tb\t9\t1.5\nc\td\t1\t-2\n'],
    ['MEN: marks of the part of speech', 'a-n b-j 1.5\nc-n d-v -2\n'],
    ['semicolons', 'word1;word2;score\na;b;1.5\nc;d;-2\n'],
    ['semicolons and commas for points', 'a;b;1,5\nc;d;-2\n'],
    ['quotes and comments', '# pairs\n"a","b",1.5\n# more\n"c","d",-2\n'],
    ['a heading in a comment', '# word1 word2 score\na b 1.5\nc d -2\n']
  ])('word pairs as their authors distribute them: %s', (_, text) => {
    const expected = { kind: 'similarity', name: 'set', first: ['a', 'c'], second: ['b', 'd'], scores: [1.5, -2] }
    expect(parse('set.txt', text)).toEqual({ tasks: [expected], skipped: [], notes: [] })
  })

  test('analogies', () => {
    const { tasks } = parse('x/q.txt', ': one\na b c d\n: two\n: three\ne f g h\n')
    expect(tasks).toEqual([
      {
        kind: 'analogy',
        name: 'q',
        sections: [
          { name: 'one', questions: [['a', 'b', 'c', 'd']] },
          { name: 'two', questions: [] },
          { name: 'three', questions: [['e', 'f', 'g', 'h']] }
        ]
      }
    ])
  })

  test('categories: quotes, rows without a word, marks of the part of speech', () => {
    const { tasks } = parse('c.csv', ',category,word\n0,"a, b",x\n1,c,\n2,c,y\n')
    expect(tasks).toEqual([{ kind: 'categorization', name: 'c', words: ['x', 'y'], classes: ['a, b', 'c'] }])
    const marked = parse('c.csv', 'word,class\ncat_N,animal\nrun_V,act\n').tasks
    expect(marked).toMatchObject([{ words: ['cat', 'run'], classes: ['animal', 'act'] }])
  })

  test('sentences that begin with a number, and any line end', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const { tasks } = parse('a.all', ['\ufeff0 1 of them', '', '1 a\u2028b', '1 c'].join(end))
      expect(tasks).toMatchObject([{ train: { labels: [0, 1, 1], texts: [['1', 'of', 'them'], ['a', 'b'], ['c']] } }])
    }
  })

  test('sentences: train and test belong together, a file of its own makes folds', () => {
    const file = (name: string, text: string) => ({ name, bytes: utf8(text) })
    const { tasks, skipped } = parseTasks([
      file('b.all', '0 x y\n1 z\n'),
      file('a.train.all', '0 x y\n1 z\n'),
      file('a.dev.all', '0 x\n'),
      file('a.test.all', '1 x\n'),
      file('half.test', '1 x\n')
    ])
    const sentences = { labels: [0, 1], texts: [['x', 'y'], ['z']] }
    expect(tasks).toEqual([
      { kind: 'classification', name: 'a', train: sentences, test: { labels: [1], texts: [['x']] } },
      { kind: 'classification', name: 'b', train: sentences }
    ])
    expect(skipped).toEqual([{ file: 'half.test', reason: 'half.test: there is no train part of half beside it' }])
  })

  test.skipIf(!hasData)(
    hasData ? 'all public sets' : 'all public sets (skipped: no test data, see SLIMBED_DATA)',
    () => {
      const files = ['eval/similarity', 'eval/analogy', 'eval/categorization', 'classification'].flatMap((folder) =>
        readdirSync(`${data}/${folder}`).map((name) => ({ name, bytes: readFileSync(`${data}/${folder}/${name}`) }))
      )
      const { tasks, skipped, notes } = parseTasks(files)
      expect(skipped).toEqual([])
      expect(notes).toEqual([
        'TREC.train.all, line 66: not UTF-8; the file is read as Latin-1',
        'rt-polarity.all, line 32: not UTF-8; the file is read as Latin-1',
        'subj.all, line 21: not UTF-8; the file is read as Latin-1'
      ])
      const sizes = tasks.map((task) => {
        if (task.kind === 'similarity') return task.scores.length
        if (task.kind === 'analogy') return task.sections.flatMap(({ questions }) => questions).length
        if (task.kind === 'retrieval') return task.queries.length
        return task.kind === 'categorization' ? task.words.length : task.train.labels.length
      })
      expect(Object.fromEntries(tasks.map(({ name }, i) => [name, sizes[i]]))).toMatchObject({
        'EN-MEN-TR-3k': 3000,
        'EN-RW-STANFORD': 2034,
        'questions-words': 19544,
        ap: 402,
        bless: 200,
        'rt-polarity': 10662,
        'stsa.binary': 6920,
        TREC: 5452,
        subj: 10000
      })
    }
  )
})

describe('a file that cannot be used is left out with one line that says why', () => {
  test.each([
    ['empty.txt', '', ['empty.txt: the file is empty']],
    ['empty.txt', ' \n\r\n', ['empty.txt: the file is empty']],
    ['s.txt', 'a\tb\t1\na\tb\n', ['s.txt, line 2: expected word, word, number, came "a\\tb"']],
    ['s.txt', 'a\tb\t1\na\tb\thigh\n', ['s.txt, line 2: expected word, word, number, came "a\\tb\\thigh"']],
    ['q.txt', ': s\na b c d\n\na b c\n', ['q.txt, line 4: expected four words, came "a b c"']],
    ['c.csv', 'word,class\na,b\nc\n', ['c.csv, row 3: expected 2 fields with a class, came "c"']],
    ['c.csv', 'word,class\na,b\nc,\n', ['c.csv, row 3: expected 2 fields with a class, came "c,"']],
    ['t.all', '0 a b\nno label\n', ['t.all, line 2: expected a label (a whole number) and a text, came "no label"']],
    [
      't.all',
      '__label__1 a b\n',
      ['t.all, line 1: expected a label (a whole number) and a text, came "__label__1 a b"']
    ],
    [
      't.all',
      '0 a b\n1 a __label__2 b\n',
      ['t.all, line 2: expected one label, a whole number, and no __label__ in the text, came "1 a __label__2 b"']
    ],
    [
      't.all',
      '0 1 a b\n1 2 a b\n2 a\n',
      ['t.all, line 1: expected one label and a text, not two labels as in 2 lines, came "0 1 a b"']
    ],
    [
      'notes.txt',
      'These are notes.\n',
      [
        'notes.txt: expected pairs with scores, analogies, words with classes, labelled sentences, or queries and texts; line 1 is "These are notes."'
      ]
    ]
  ])('%s', (name, text, expected) => {
    expect(reasons(name, text)).toEqual(expected)
  })

  test('and the others are there', () => {
    const { tasks, skipped } = parseTasks([
      { name: 'bad.txt', bytes: utf8('a\tb\t1\nragged\n') },
      { name: 'good.txt', bytes: utf8('a\tb\t1\nb\tc\t2\n') }
    ])
    expect(tasks.map(({ name }) => name)).toEqual(['good'])
    expect(skipped.map(({ file }) => file)).toEqual(['bad.txt'])
  })

  test('Latin-1 where UTF-8 is expected is read, and told with the byte', () => {
    const { tasks, notes } = parseTasks([
      { name: 's.txt', bytes: latin1('a\tb\t0\ncaf\u00e9\tth\u00e9\t1\nna\u00efve\tx\t2\n') }
    ])
    expect(tasks).toMatchObject([{ first: ['a', 'café', 'naïve'], second: ['b', 'thé', 'x'] }])
    expect(notes).toEqual(['s.txt, line 2: not UTF-8; the file is read as Latin-1'])
  })

  test('no bytes make it throw', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\t', ',', ':', '\n', '1', '"', 'word', 'class', '\u00e9')
    })
    fc.assert(
      fc.property(fc.uint8Array(), text, (bytes, text) => {
        const { tasks, skipped } = parseTasks([
          { name: 'a', bytes },
          { name: 'b', bytes: utf8(text) },
          { name: 'c', bytes: utf8(`word,class\n${text}`) }
        ])
        for (const { reason } of skipped) expect(reason).not.toContain('\n')
        expect(tasks.length + skipped.length).toBe(3)
      })
    )
  })
})
