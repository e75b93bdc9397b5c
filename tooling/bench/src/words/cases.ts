import { fileURLToPath } from 'node:url'
import { type Job, ours } from '../commands.js'
import type { places } from './measure.js'
import { readVocabulary, type WordFiles } from './read-vocabulary.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const sample = here('../../../sample/data/sample-10k.')
const dataFolder = process.env.SLIMBED_DATA ?? here('../../../../../shared/data')
const vectors = `${dataFolder}/vectors/`

/** The sample, and public vocabularies; counts are those of the sample and of the Penn Treebank. */
const vocabularies: Readonly<Record<string, WordFiles>> = {
  sample: { file: `${sample}100d.bin`, counts: `${sample}counts.tsv` },
  numberbatch: {
    file: `${vectors}numberbatch-en-41k.300d.f16.npy`,
    words: `${vectors}numberbatch-en-41k.300d.words.txt`
  },
  googlenews: { file: `${vectors}googlenews-15k.300d.bin` },
  ptb: { file: `${dataFolder}/lm/ptb-small/counts.tsv` },
  wordfreq: { file: `${dataFolder}/counts/wordfreq.en.tsv` }
}

const labels: Readonly<Record<(typeof places)[number], string>> = {
  file: 'as in a file',
  sorted: 'as in a file, rows in the order of words',
  memory: 'in memory as they are'
}

/** What words take and how long `find` and `word(row)` take, of each vocabulary. */
export const wordJobs: readonly Job[] = Object.entries(vocabularies).map(([name, files]) => [
  `words-${name}`,
  async () => {
    const { size, bytes } = await readVocabulary(files)
    const { file, words = '', counts = '' } = files
    return {
      name: `words-${name}`,
      what: `${size} words, ${name}: finding as many random ones, user CPU`,
      bytes: bytes.length,
      contenders: Object.entries(labels).map(([place, label]) => ours(label, 'words.js', place, file, words, counts))
    }
  }
])
