import type { ReadableSink } from '@slimbed/core/artefact'
import { SlimbedError } from '@slimbed/runtime'
import { handleSource } from '../handle-source.js'
import { hiddenFile } from '../hidden-file.js'
import { sinkOf } from '../sink.js'
import { s3Address } from './address.js'
import { s3Settings } from './settings.js'
import { checkUpload, type UploadOptions, uploadObject } from './upload.js'

/** Options of writing an object. */
export interface WriteObjectOptions extends UploadOptions {
  readonly signal?: AbortSignal | undefined
}

/** The settings of the environment, for an object at `url`. Throws `bad-input` for what names none. */
function settingsFor(url: string, signal: AbortSignal | undefined) {
  const { key } = s3Address(url)
  if (key === '' || key.endsWith('/'))
    throw new SlimbedError('bad-input', `${url}: expected the name of an object to write`)
  return { ...s3Settings(), signal }
}

/** Checks that an object can be written, before there is anything to write. Rejects as `checkUpload` does. */
export const checkWritable = async (url: string, signal?: AbortSignal): Promise<void> =>
  checkUpload(url, settingsFor(url, signal))

/**
 * Writes an object completely or not at all: `produce` fills a temporary file, since files have their first bytes written last, which is then sent. Resolves
 * to what `produce` does. Rejects as it and `uploadObject` do.
 */
export async function writeObject<Result>(
  url: string,
  produce: (sink: ReadableSink) => Promise<Result>,
  { signal, progress }: WriteObjectOptions = {}
): Promise<Result> {
  const settings = settingsFor(url, signal)
  const { path, handle, close } = await hiddenFile()
  try {
    const { sink, settle } = sinkOf(handle, path)
    // Pending writes must end before the file is closed, also after an error.
    const result = await produce(sink).catch(async (error) => {
      await settle().catch(() => {})
      throw error
    })
    await settle()
    const { size } = await handle.stat()
    await uploadObject(url, handleSource(path, size, handle), settings, { progress })
    return result
  } finally {
    await close()
  }
}
