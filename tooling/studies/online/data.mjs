import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openVectors } from '@slimbed/io/node'
import { createTask } from '@slimbed/train'

const folder = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const vectorsFile = `${folder}/vectors/numberbatch-en-41k.300d.f16.npy`

/** Whether the texts and the vectors are there. */
export const present = existsSync(vectorsFile) && existsSync(`${folder}/classification/stsa.binary.train`)

/** The texts of a file, `label text` on each line. */
function read(name, encoding) {
  const lines = readFileSync(`${folder}/classification/${name}`, encoding).split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      const end = line.search(/\s/)
      return { label: line.slice(0, end), text: line.slice(end + 1), where: `${name}, line ${i + 1}` }
    })
}

/** 41,353 English word vectors × 300. */
export const openNumberbatch = () => openVectors(vectorsFile, { words: vectorsFile.replace('.f16.npy', '.words.txt') })

/**
 * The tasks by name. SST-2 has a dev set; TREC keeps a tenth of its training texts for it, by the seed; of MR, fold `seed` of ten
 * is the test set, and a tenth of the rest the dev set.
 */
const tasks = {
  'SST-2': () => {
    const [train, dev, test] = ['train', 'dev', 'test'].map((split) => read(`stsa.binary.${split}`, 'utf8'))
    return { train, dev, test }
  },
  TREC: () => ({ train: read('TREC.train.all', 'latin1'), test: read('TREC.test.all', 'utf8') }),
  MR: (seed) => {
    const all = read('rt-polarity.all', 'latin1')
    // The file has one label after the other: every tenth text is of both in their proportion.
    return { train: all.filter((_, i) => i % 10 !== seed % 10), test: all.filter((_, i) => i % 10 === seed % 10) }
  }
}

/** A task for a seed, its table begun with the vectors. */
export const taskOf = (name, seed, vectors) => createTask({ ...tasks[name](seed), vectors, seed })

/** The test texts of a task for a seed, as they are. */
export const rawTexts = (name, seed) => tasks[name](seed).test
