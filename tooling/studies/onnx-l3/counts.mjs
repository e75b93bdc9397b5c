import { readFileSync } from 'node:fs'
import { linesIn } from '../onnx/sentences.mjs'

/**
 * How often each word piece is to be expected among a million, half by how often English words occur (wordfreq), half by texts, which also have marks and the tokens around
 * a sentence: the training parts of TREC and SST-2, of which no sentence is measured.
 */
export function countsOf(tokenizer, pieces, data) {
  const counts = new Float64Array(pieces)
  const add = (own) => {
    const all = own.reduce((sum, value) => sum + value, 0)
    for (const [i, value] of own.entries()) counts[i] += (1e6 * value) / all
  }
  const words = new Float64Array(pieces)
  for (const line of readFileSync(`${data}/counts/wordfreq.en.tsv`, 'utf8').trimEnd().split('\n').slice(1)) {
    const [word, share] = line.split('\t')
    for (const id of tokenizer.encode(word, { add_special_tokens: false }).ids) words[id] += Number(share)
  }
  add(words)
  const texts = new Float64Array(pieces)
  for (const file of ['TREC.train.all', 'stsa.binary.train'])
    for (const line of linesIn(data, file)) for (const id of tokenizer.encode(line).ids) texts[id]++
  add(texts)
  return Float32Array.from(counts, (count) => count + 0.001)
}
