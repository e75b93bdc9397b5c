import { reviews } from '../../../../packages/train/test/support.js'
import { put } from './vectors.js'

const csvCell = (text: string) => `"${text.replaceAll('"', '""')}"`

/** How a file of texts is written, by its ending. */
const writers = {
  txt: (label: string, text: string) => `${label} ${text}\n`,
  tsv: (label: string, text: string) => `${label}\t${text}\n`,
  csv: (label: string, text: string) => `${csvCell(text)},7,${label}\r\n`
}

/** Puts `train`, `dev` and `test` with this ending into a folder: made-up reviews, labelled `good` or `bad`. */
export function putReviews(folder: string, ending: keyof typeof writers = 'txt', counts = [240, 80, 80]): void {
  for (const [i, name] of ['train', 'dev', 'test'].entries()) {
    const lines = reviews(counts[i], i + 1).map(({ label, text }) => writers[ending](label, text))
    put(folder, `${name}.${ending}`, `${ending === 'csv' ? '\ufeffReview,stars,LABEL\r\n' : ''}${lines.join('')}`)
  }
}

/** The flags of a run on them that takes a second. */
export const quick = ['--dim', '12', '--batch', '20', '--schedule', 'constant(rate=0.02)', '--epochs', '6']
