import { SlimbedError } from '@slimbed/core'
import { checkLists } from './labels.js'
import { fromLines } from './lines.js'
import { fromRows } from './rows.js'
import type { Example } from './task.js'

const delimiters: Readonly<Record<string, string | undefined>> = { '.csv': ',', '.tsv': '\t' }

/**
 * The texts of a file with their labels: `.csv` and `.tsv` as tables; all else as lines, `label text` or with one `__label__name`
 * at any place, as in fastText. `path` tells the format, and stands in errors. Throws `bad-input` for what it cannot read, and for
 * texts with several labels.
 */
export function examplesOf(path: string, text: string): Example[] {
  const delimiter = delimiters[/\.[^.]*$/.exec(path)?.[0].toLowerCase() ?? '']
  const examples = delimiter === undefined ? fromLines(path, text) : fromRows(path, text, delimiter)
  const unlabelled = examples.find(({ label }) => label === '')
  if (unlabelled) throw new SlimbedError('bad-input', `${unlabelled.where}: the label is missing`)
  if (examples.length === 0) throw new SlimbedError('bad-input', `${path}: there are no texts in it`)
  checkLists(examples)
  return examples
}
