import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { languageModelOf, tokensOf, wordsOf } from '@slimbed/lm'
import { parseSafetensors, tensorView } from '@slimbed/runtime'

const folder = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** The language model of the Penn Treebank, the counts of its words, and its three texts as rows. */
export function openPtb() {
  const lm = `${folder}/lm`
  if (!existsSync(lm)) throw new Error(`${lm} is not there: set SLIMBED_DATA to the folder of the data sets`)
  const bytes = new Uint8Array(readFileSync(`${lm}/ptb-small/model.safetensors`))
  const { tensors } = parseSafetensors(bytes, bytes.length)
  const named = new Map([...tensors].map(([name, entry]) => [name, tensorView(bytes, entry)]))
  const counts = readFileSync(`${lm}/ptb-small/counts.tsv`, 'utf8')
  const words = wordsOf(counts)
  const weights = Float32Array.from(counts.trim().split('\n'), (line) => Number(line.split('\t')[1]))
  const read = (part) => tokensOf(part, readFileSync(`${lm}/ptb.${part}.txt`, 'utf8'), words)
  return { model: languageModelOf(named), weights, train: read('train'), valid: read('valid'), test: read('test') }
}
