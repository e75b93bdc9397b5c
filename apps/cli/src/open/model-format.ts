import { fileSource, isFolder } from '@slimbed/io/node'
import type { ModelFormat, ModelStart } from '../rewrite/format.js'
import { modelFormats } from '../rewrite/formats.js'

/** How many bytes are read to recognize a format. */
const headBytes = 4096

/** What the format of a model is told by. Rejects as `fileSource` does. */
export async function startOf(path: string): Promise<ModelStart> {
  if (await isFolder(path)) return { path, folder: true, head: new Uint8Array() }
  const source = await fileSource(path)
  try {
    return { path, folder: false, head: await source.read(0, Math.min(headBytes, source.size)) }
  } finally {
    await source.close()
  }
}

/** The format of a model, if it is one of those that are rewritten. */
export const modelFormatOf = (start: ModelStart): ModelFormat | undefined =>
  modelFormats.find((format) => format.detect(start))
