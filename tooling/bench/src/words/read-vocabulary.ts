import { openCounts, openVectors } from '@slimbed/io/node'
import { type PlainVocabulary, plainOf, vocabularyOf } from '@slimbed/runtime/format'

/** Where the words of a vocabulary are: vectors, with files of words and counts if they are not there too; or counts alone. */
export interface WordFiles {
  readonly file: string
  readonly words?: string
  readonly counts?: string
}

/** The words of a file in its order, with their counts where it has them. */
export async function readVocabulary({ file, words, counts }: WordFiles): Promise<PlainVocabulary> {
  if (file.endsWith('.tsv')) {
    const all = await openCounts(file)
    return vocabularyOf(all.keys(), [...all.values()])
  }
  const { vocabulary, counts: known, close } = await openVectors(file, { words, counts })
  await close()
  if (!vocabulary) throw new Error(`${file} has no words`)
  const plain = plainOf(vocabulary)
  return known ? { ...plain, counts: known } : plain
}
