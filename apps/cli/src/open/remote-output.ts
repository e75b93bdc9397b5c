import { SlimbedError } from '@slimbed/core'
import { isRemote } from '@slimbed/io/node'
import { shardsFile } from '@slimbed/runtime/shards'

/** The folder that an input of a store means, with its slash; undefined for a file. */
const folderOf = (input: string): string | undefined =>
  input.endsWith('/') || input.includes('*') ? input.slice(0, input.lastIndexOf('/') + 1) : undefined

/**
 * Refuses an object of a store, or a folder of it with a slash at its end, that cannot be written, or is one of the inputs, before any work is done. Errors call it `label`. Rejects with
 * `bad-input`, `bad-option`, `not-found` or `io`.
 */
export async function checkRemoteOutput(
  path: string,
  inputs: readonly (string | undefined)[],
  label: string
): Promise<void> {
  if (!path.startsWith('s3://')) {
    throw new SlimbedError('bad-option', `${label}: a URL cannot be written to; give a file, or s3://bucket/key`)
  }
  for (const input of inputs) {
    if (input === undefined || !isRemote(input)) continue
    const folder = folderOf(input)
    if (path !== input && (folder === undefined || !path.startsWith(folder))) continue
    const what = path === input ? 'the object' : 'in the folder'
    throw new SlimbedError('bad-input', `${label}: this is ${what} that is read; choose another name`)
  }
  const { checkWritable } = await import('@slimbed/io/s3')
  // Of a folder, whether its manifest could be written.
  await checkWritable(path.endsWith('/') ? path + shardsFile : path)
}
