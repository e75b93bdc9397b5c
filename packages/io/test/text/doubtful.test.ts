import { describe, expect, test } from 'vitest'
import { allOf, read, refusal, utf8, wordsOf } from '../support.js'

// Text that programs write and people save, and that says something else than it seems to.

const names = ['water', 'river', 'sea', 'king', 'of', 'a', 'new', 'sun']
const value = (row: number, column: number) => ((row + 2) * (column + 3) * 0.0625 - 1).toFixed(4)
const numbers = (row: number, dim = 3) => Array.from({ length: dim }, (_, column) => value(row, column))
const wanted = names.flatMap((_, row) => numbers(row).map(Number))
/** A text of the eight words, each line made by `line`. */
const text = (line: (word: string, numbers: string[], row: number) => string, end = '\n') =>
  names.map((word, row) => line(word, numbers(row), row) + end).join('')

const found = async (content: string | Uint8Array) => {
  const vectors = await read(content)
  const { warnings, matrix } = vectors
  return { words: wordsOf(vectors), values: [...(await allOf(matrix))], warnings, dim: matrix.dim, vectors }
}

describe('numbers alone', () => {
  const alone = (separator: string) => text((_, row) => row.join(separator))
  test.each([
    ['tabs', alone('\t')],
    ['spaces', alone(' ')],
    ['runs of spaces', alone('   ')],
    ['spaces before them too', text((_, row) => `  ${row.join('  ')}`)],
    ['exponents', text((_, row) => row.map((number) => Number(number).toExponential()).join(' '))],
    ['a header', `8 3\n${alone(' ')}`],
    ['a header and tabs', `8\t3\n${alone('\t')}`],
    ['Windows line ends', alone('\t').replaceAll('\n', '\r\n')],
    ['carriage returns alone', alone(' ').replaceAll('\n', '\r')],
    ['a byte order mark', `\ufeff${alone(' ')}`],
    ['spaces after them', alone(' ').replaceAll('\n', ' \n')],
    ['no line end at the end', alone(' ').slice(0, -1)]
  ])('%s: no column becomes the words', async (_, content) => {
    const { vectors, values, warnings } = await found(content)
    expect(values).toEqual(wanted)
    expect(vectors.vocabulary).toBeUndefined()
    expect(warnings.at(-1)).toBe('in: the lines are numbers alone: the rows have no words')
  })

  test('whole numbers: those that repeat are no words', async () => {
    const { vectors, warnings } = await found('1 0 1\n0 0 1\n1 1 0\n')
    expect([vectors.vocabulary, vectors.matrix.dim]).toEqual([undefined, 3])
    expect(warnings).toHaveLength(1)
    const ids = await found('1 0 1\n2 0 1\n7 1 0\n')
    expect([ids.words, ids.dim]).toEqual([['1', '2', '7'], 2])
    expect(ids.warnings).toEqual(['in: the first of the whole numbers on each line is taken for its word (1, 2, …)'])
  })

  test('numbers of nodes are words, and so are decimals among words', async () => {
    expect((await found(`8 3\n${text((_, row, i) => `${i} ${row.join(' ')}`)}`)).words[7]).toBe('7')
    const mixed = await found(text((word, row, i) => `${i < 7 ? `${i}.5` : word} ${row.join(' ')}`))
    expect([mixed.words[0], mixed.words[7], mixed.dim]).toEqual(['0.5', 'sun', 3])
    const told = await found(`8 3\n${text((_, row, i) => `${i}.5 ${row.join(' ')}`)}`)
    expect([told.words[7], told.warnings]).toEqual(['7.5', []])
  })

  test('a line that has another number of them is refused with its number', async () => {
    const long = text((_, row, i) => row.join(' ') + (i === 5 ? ' 0.5' : ''))
    // So few lines are all looked at: they are words then, and five of them have two numbers.
    expect(await refusal(read(long))).toMatch(/^bad-input: in, line 6: expected a word and 2 numbers, came 3 numbers$/)
    const lines = Array.from({ length: 70_000 }, (_, row) => `${numbers(row % 9).join(' ')}\n`)
    lines[69_000] = '0.5 0.25\n'
    expect(await refusal(read(lines.join('')))).toBe('bad-input: in, line 69001: expected 3 numbers, came 2 fields')
    lines[69_000] = '0.5 0.25 0.5 0.5\n'
    expect(await refusal(read(lines.join('')))).toBe('bad-input: in, line 69001: expected 3 numbers, came 4 fields')
    lines[69_000] = 'word 0.25 0.5 0.5\n'
    expect(await refusal(read(lines.join('')))).toBe('bad-input: in, line 69001: expected 3 numbers, came 4 fields')
  })

  test('words that are given are taken', async () => {
    const { bytesSource } = await import('@slimbed/runtime')
    const vectors = await read(alone('\t'), { words: bytesSource('words', utf8(`${names.join('\n')}\n`)) })
    expect([wordsOf(vectors), vectors.warnings]).toEqual([names, []])
  })
})

describe('what joins words and numbers', () => {
  test.each([
    ['a comma after the word', text((word, row) => `${word},${row.join(' ')}`)],
    ['a comma after the word, whole numbers', text((word, _, i) => `${word},${i} 2 3`)],
    ['a semicolon', text((word, row) => `${word};${row.join(' ')}`)],
    ['a colon', text((word, row) => `${word}:${row.join(' ')}`)],
    ['an equals sign', text((word, row) => `${word}=${row.join('\t')}`)],
    ['commas and spaces', text((word, row) => `${word} ${row.join(', ')}`)],
    ['commas and spaces, whole numbers', text((word, _, i) => `${word} ${i}, 2, 3`)],
    ['a bracket', text((word, row) => `${word} [${row.join(' ')} 1.5`)],
    ['a bar', text((word, row) => `${word}|${row.join(' ')}`)]
  ])('%s is refused with the line', async (_, content) => {
    expect(await refusal(read(content))).toMatch(
      /^bad-input: in, line 1: the word would be "water.*: put spaces or tabs/
    )
  })

  test.each([
    ['commas', text((word, row) => [word, ...row].join(',')), /put spaces or tabs between the numbers/],
    ['semicolons', text((word, row) => [word, ...row].join(';')), /put spaces or tabs between the numbers/],
    ['decimal commas', text((word, row) => [word, ...row].join(' ').replaceAll('.', ',')), /with a point, not a comma/],
    ['brackets', text((word, row) => `${word} [${row.join(' ')}]`), /leave out the brackets/]
  ])('%s: the message says what to do', async (_, content, message) => {
    expect(await refusal(read(content))).toMatch(message)
  })

  test('a few such words are words', async () => {
    const { words } = await found(text((word, row, i) => `${i < 2 ? `${word},0.5` : word} ${row.join(' ')}`))
    expect(words.slice(0, 3)).toEqual(['water,0.5', 'river,0.5', 'sea'])
  })
})

describe('lines with more than a row', () => {
  const odd = (line: string) => text((word, row, i) => (i === 4 ? line : `${word} ${row.join(' ')}`))
  test.each([
    ['one number too many', 'of 0.5 0.25 1.5 2.5'],
    ['one number too many, a whole one before it', 'of 0 0.25 1.5 2.5 3.5'],
    ['two rows, the line end lost', 'of 0.5 0.25 1.5a 2.5 3.5 4.5'],
    ['two rows with a space between', 'of 0.5 0.25 1.5 a 2.5 3.5 4.5'],
    ['two rows with a tab between', 'of 0.5 0.25 1.5\ta 2.5 3.5 4.5'],
    ['three rows', 'of 0.5 0.25 1.5a 2.5 3.5 4.5b 2.5 3.5 4.5'],
    ['a carriage return between two rows', 'of 0.5 0.25 1.5\ra 2.5 3.5 4.5']
  ])('%s: refused with the line', async (_, line) => {
    expect(await refusal(read(odd(line)))).toMatch(
      /^bad-input: in, line 5: expected a word and 3 numbers, came \d numbers/
    )
    expect(await refusal(read(`8 3\n${odd(line)}`))).toMatch(/^bad-input: in, line 6: /)
  })

  test('whole numbers among whole numbers', async () => {
    const whole = (line: string) => text((word, _, i) => (i === 4 ? line : `${word} ${i} 2 3`))
    expect(await refusal(read(whole('of 1 2 3 4')))).toMatch(/^bad-input: in, line 5: .* came 4 numbers$/)
    expect(await refusal(read(whole('of 1 2 3a 1 2 3')))).toMatch(/^bad-input: in, line 5: /)
  })

  test('a word that ends in a whole number is read, and said', async () => {
    const { words, warnings } = await found(odd('windows 95 0.5 0.25 1.5'))
    expect(words[4]).toBe('windows 95')
    expect(warnings).toEqual(['in, line 5: the word is "windows 95", with a number in it'])
    expect((await found(odd('x 1 2 3 0.5 0.25 1.5'))).warnings[0]).toMatch(/^in, line 5: the word is "x 1 2 3"/)
    expect((await found(odd('of 0 0 1a 0.5 0.25 1.5'))).warnings[0]).toMatch(/^in, line 5: the word is "of 0 0 1a"/)
    expect((await found(odd('audio 3.5mm 0.5 0.25 1.5'))).warnings[0]).toMatch(/^in, line 5: the word is "audio 3.5mm"/)
  })
})

describe('columns that are aligned', () => {
  const width = (word: string) => word.padEnd(7)
  test.each([
    ['words to the left', text((word, row) => `${width(word)} ${row.map((n) => n.padStart(8)).join(' ')}`)],
    ['words to the right', text((word, row) => `${word.padStart(7)} ${row.join(' ')}`)],
    ['a place for signs', text((word, row) => `${word} ${row.map((n) => n.padStart(7)).join(' ')}`)],
    ['two spaces after the word', text((word, row) => `${word}  ${row.join(' ')}`)],
    ['a tab and spaces', text((word, row) => `${word}\t ${row.join(' ')}`)],
    ['a header', `8 3\n${text((word, row) => `${width(word)}  ${row.join('  ')}`)}`]
  ])('%s: the words are without the spaces', async (_, content) => {
    expect(await found(content)).toMatchObject({ words: names, values: wanted })
  })

  test('words of phrases keep the spaces within', async () => {
    const { words } = await found(text((word, row) => `${`${word} x`.padEnd(9)} ${row.join('  ')}`))
    expect(words[0]).toBe('water x')
  })

  test('one word with a space after it keeps it, and it is said', async () => {
    const { words, warnings } = await found(text((word, row, i) => `${word}${i === 3 ? ' ' : ''} ${row.join(' ')}`))
    expect(words[3]).toBe('king ')
    expect(warnings).toEqual([
      'in: 1 of 8 words begin or end with a space, which is kept, the first in row 3 (from 0), "king "'
    ])
  })
})

describe('line ends', () => {
  test.each([
    ['carriage returns alone', text((word, row) => `${word} ${row.join(' ')}`, '\r')],
    ['the same with a header', `8 3\r${text((word, row) => `${word} ${row.join(' ')}`, '\r')}`],
    ['line feeds, some after carriage returns', text((word, row, i) => `${word} ${row.join(' ')}${i % 2 ? '\r' : ''}`)]
  ])('%s', async (_, content) => {
    expect(await found(content)).toMatchObject({ words: names, values: wanted, warnings: [] })
  })
})

describe('columns and marks that are no part of words', () => {
  test.each([
    [
      'counts after the words',
      text((word, row, i) => `${word} ${99 - i} ${row.join(' ')}`),
      /the first of the 4 numbers/
    ],
    ['counts at the end', text((word, row, i) => `${word} ${row.join(' ')} ${99 - i}`), /the last of the 4 numbers/],
    [
      'names of columns',
      ` 0 1 2\n${text((word, row) => `${word} ${row.join(' ')}`)}`,
      /of the first row are 0, 1, 2 …: are they/
    ],
    [
      'a colon',
      text((word, row) => `${word}: ${row.join(' ')}`),
      /each word ends in ":", which is kept, such as "water:"/
    ],
    [
      'a comma',
      text((word, row) => `${word}, ${row.join(' ')}`),
      /each word ends in ",", which is kept, such as "water,"/
    ],
    ['quotes', text((word, row) => `"${word}" ${row.join(' ')}`), /8 of 8 words are in quotes, which are kept/],
    [
      'numbers of rows before the words',
      text((word, row, i) => `${i} ${word} ${row.join(' ')}`),
      /have spaces in them, such as "0 water"/
    ]
  ])('%s are read and said', async (_, content, warning) => {
    expect((await found(content)).warnings).toEqual([expect.stringMatching(warning)])
  })
})

describe('comments', () => {
  const alone = text((_, row) => row.join(' '))
  const rows = text((word, row) => `${word} ${row.join(' ')}`)
  test.each([
    ['some words, numbers alone', `# my table\n${alone}`],
    ['names of columns, numbers alone', `# 0 1 2\n${alone}`],
    ['names without a space', `#x y z\n${alone}`],
    ['two of them', `# my table\n# of 2020\n${alone}`],
    ['some words before rows', `# trained in 2020\n${rows}`]
  ])('%s: refused as comments', async (_, content) => {
    expect(await refusal(read(content))).toMatch(/^bad-input: in, line 1: .*: leave out comments/)
  })

  test('words that begin with # are words', async () => {
    for (const word of ['#', '##', '#sea', '##ing']) {
      const { words, warnings } = await found(rows.replace('water', word))
      expect([words[0], warnings]).toEqual([word, []])
    }
  })

  test('marks at both ends of all words are theirs', async () => {
    expect((await found(text((word, row) => `:${word}: ${row.join(' ')}`))).warnings).toEqual([])
  })
})

describe('words that are no UTF-8', () => {
  const latin1 = (content: string) => Uint8Array.from(Buffer.from(content, 'latin1'))
  test('are read and said, with the first of them', async () => {
    const { warnings } = await found(latin1('agua 0.5 1.5\nni\xf1o 0.25 1\nd\xeda 0.5 0.75\n'))
    expect(warnings).toEqual([
      'in: 2 of 3 words are not UTF-8 (is it Latin-1? iconv -f ISO-8859-1 -t UTF-8), the first in row 1 (from 0), "ni\ufffdo"'
    ])
  })

  test('a character cut in two by a word is found, one that was replaced before is not', async () => {
    const { warnings } = await found(
      Buffer.concat([utf8('a\ufffd 1.5\n'), utf8('é 2.5\n').subarray(0, 1), utf8(' 2.5\n')])
    )
    expect(warnings).toEqual([expect.stringMatching(/^in: 1 of 2 words are not UTF-8 .* row 1 /)])
    const halves = Buffer.concat([utf8('é').subarray(0, 1), utf8(' 1.5\n'), utf8('é').subarray(1), utf8(' 2.5\n')])
    expect((await found(halves)).warnings).toEqual([expect.stringMatching(/^in: 2 of 2 words are not UTF-8/)])
  })

  test('control characters are said', async () => {
    expect((await found('a\x01b 1.5\nc 2.5\n')).warnings).toEqual([
      'in: 1 of 2 words have control characters, the first in row 0 (from 0), "a\\u0001b"'
    ])
    expect((await found('a\t1\t2\nb\t3\t4.c\t5\t6\n')).warnings).toEqual([
      'in: 1 of 2 words have control characters, the first in row 1 (from 0), "b\\t3\\t4.c"'
    ])
  })
})
