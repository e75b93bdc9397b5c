import type { FastTextModel } from '@slimbed/fasttext'
import { fasttext, fasttextFormat } from '@slimbed/fasttext/format'
import { gguf } from '@slimbed/gguf/format'
import type { Format } from '@slimbed/io'
import { fileSource, isSeveral } from '@slimbed/io/node'

/** Formats of vectors that have packages of their own. */
export const formats: readonly Format[] = [gguf, fasttext]

/** The same; `opened` is called with a fastText model that is read. */
export const formatsTelling = (opened: (model: FastTextModel) => void): readonly Format[] => [
  ...formats.filter((format) => format !== fasttext),
  fasttextFormat(opened)
]

/** The one of these that a file has, by its first bytes. Rejects as `fileSource` does. */
export async function otherFormat(path: string): Promise<Format | undefined> {
  if (await isSeveral(path)) return undefined
  const source = await fileSource(path)
  try {
    const head = await source.read(0, Math.min(4096, source.size))
    return formats.find((format) => format.detect({ name: path, head }))
  } finally {
    await source.close()
  }
}
