import { join } from 'node:path'
import { openText } from '@slimbed/io/node'
import { examplesOf } from '@slimbed/train'
import { expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { put } from './support/vectors.js'

const examplesIn = async (path: string, encoding: 'utf8' | 'latin1') => examplesOf(path, await openText(path, encoding))

async function read(name: string, content: string | Buffer, encoding: 'utf8' | 'latin1' = 'utf8') {
  const folder = scratch()
  put(folder, name, content)
  const examples = await examplesIn(join(folder, name), encoding).catch((error) => {
    throw new Error(error.message.replace(`${folder}/`, ''), { cause: error })
  })
  return examples.map(({ label, text, where }) => [label, text, where?.replace(`${folder}/`, '')])
}

test('label and text on each line', async () => {
  expect(await read('a.txt', '\ufeff1 a  b\r\n\n  0\tc \n2')).toEqual([
    ['1', 'a  b', 'a.txt, line 1'],
    ['0', 'c', 'a.txt, line 3'],
    ['2', '', 'a.txt, line 4']
  ])
})

test('.csv: quotes, line ends inside them, columns by name or by place', async () => {
  const content = '\ufeff"Text",id,"Class"\r\n"one, ""two""\nthree",1,x\r\n\r\nfour,2, y \r\n'
  expect(await read('a.csv', content)).toEqual([
    ['x', 'one, "two"\nthree', expect.stringMatching(/^a\.csv, line \d$/)],
    ['y', 'four', expect.stringMatching(/^a\.csv, line \d$/)]
  ])
  expect(await read('a.CSV', 'x,"a, b"\ny,c')).toEqual([
    ['x', 'a, b', 'a.CSV, line 1'],
    ['y', 'c', 'a.CSV, line 2']
  ])
})

test('.tsv: quotation marks are part of the text', async () => {
  expect(await read('a.tsv', 'x\t"a" b\ny\t5" disk\n')).toEqual([
    ['x', '"a" b', 'a.tsv, line 1'],
    ['y', '5" disk', 'a.tsv, line 2']
  ])
})

test('Latin-1', async () => {
  expect(await read('a.txt', Buffer.from('1 caf\u00e9 \u0080', 'latin1'), 'latin1')).toEqual([
    ['1', 'caf\u00e9 \u0080', 'a.txt, line 1']
  ])
})

test.each([
  ['a.txt', '\n \n\t\n', 'a.txt: there are no texts in it'],
  ['a.csv', 'label,text\n', 'a.csv: there are no texts in it'],
  ['a.csv', 'label,text\n,word\n', 'a.csv, line 2: the label is missing'],
  ['a.csv', 'text,stars,label\na,1,good\nb\n', 'a.csv, line 3: expected a label and a text; found 1 column'],
  ['a.csv', 'good,a,b\n', 'a.csv, line 1: expected a label and a text'],
  ['a.csv', 'x,"a', 'a.csv: Quote Not Closed'],
  ['a.csv', 'x,"a"b\n', 'a.csv: Invalid Closing Quote'],
  ['a.txt', Buffer.from([49, 32, 97, 10, 10, 49, 32, 0xc3, 10]), 'a.txt, line 3: not UTF-8']
])('%s %j is refused', async (name, content, message) => {
  await expect(read(name, content)).rejects.toThrow(message)
})
