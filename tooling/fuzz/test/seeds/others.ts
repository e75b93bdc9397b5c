import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { packTokenizer } from '@slimbed/tokenizer/pack'
import { model2vec, nested } from '../../../../packages/io/test/static-model/folders.js'
import { list } from './content.js'
import type { Kind, Seed } from './seed.js'

const counts = Buffer.from(`# word\tcount\n${list.map((word, i) => `${word}\t${1000 - 70 * i}`).join('\n')}\n`)
const words = Buffer.from(`${list.join('\n')}\n`)
const indexed = Buffer.from(`${list.map((word, i) => `${i}\t${word}`).join('\n')}\n`)

const tasks = {
  'pairs.txt': 'water\tzoo\t3.5\nthe\tof\t7.25\nx\tzoo\t0.5\nwater\tof\t1\n',
  'analogies.txt': ': capitals\nthe of x zoo\nof the zoo x\n: other\nwater x zoo the\n',
  'reviews.train.tsv': 'good\tthe water\nbad\ta zoo\ngood\tof x\nbad\tx zoo\n',
  'reviews.test.tsv': 'good\twater\nbad\tzoo x\n',
  'concepts.csv': 'word,category\nwater,liquid\nzoo,place\nx,letter\nof,function\n'
}

/** The files of a folder as bytes; what is neither bytes nor text is JSON. */
const bytesOf = (folder: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(folder).map(([path, content]) => [
      path,
      content instanceof Uint8Array
        ? content
        : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
    ])
  )

/** Packed tokenizers, with scores and a map of characters, and with merges; and one as JSON. */
function tokenizerSeeds(): Seed[] {
  const golden = new URL('../../../../packages/tokenizer/test/golden/tokenizers.json', import.meta.url)
  const { kinds }: { kinds: Record<string, { tokenizer: object }> } = JSON.parse(readFileSync(golden, 'utf8'))
  const names = ['Unigram, T5, bytes', 'BPE, Llama 3']
  const packed = names.map((name, i): Seed => {
    const bytes = packTokenizer(kinds[name].tokenizer)
    return { kind: 'tokenizer', name: `packed${i}`, files: { 'tokenizer.bin': bytes } }
  })
  const json = bytesOf({ 'tokenizer.json': kinds['WordPiece, BERT uncased'].tokenizer })
  return [...packed, { kind: 'tokenizer', name: 'json', files: json }]
}

/** Everything that is read beside tables: words, counts, tasks, static models, tokenizers. */
export function otherSeeds(): Seed[] {
  const one = (kind: Kind, name: string, bytes: Uint8Array): Seed => ({ kind, name, files: { [name]: bytes } })
  return [
    one('counts', 'counts.tsv', counts),
    one('counts', 'counts.tsv.gz', gzipSync(counts)),
    one('words', 'words.txt', words),
    one('words', 'indexed.tsv', indexed),
    { kind: 'tasks', name: 'tasks', files: bytesOf(tasks) },
    { kind: 'static-model', name: 'model2vec', files: bytesOf(model2vec()) },
    { kind: 'static-model', name: 'nested', files: bytesOf(nested) },
    ...tokenizerSeeds()
  ]
}
