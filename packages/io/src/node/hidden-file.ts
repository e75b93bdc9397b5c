import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileError } from './errors.js'
import { removeAtExit, temporaryName } from './temporary.js'

/** A private temporary file. It is gone once it is closed. */
export interface HiddenFile {
  readonly path: string
  readonly handle: FileHandle
  close(): Promise<void>
}

/** Makes a file without a name, where the system allows it: nothing can be left behind. Rejects with `io`. */
export async function hiddenFile(): Promise<HiddenFile> {
  const path = join(tmpdir(), temporaryName('slimbed'))
  const forget = removeAtExit(path)
  const handle = await open(path, 'wx+', 0o600).catch((error) => {
    forget()
    throw fileError(path, error)
  })
  // An open file needs no name. If the system cannot remove the name of an open file, closing removes it.
  const named = await unlink(path).then(
    () => false,
    () => true
  )
  if (!named) forget()
  return {
    path,
    handle,
    async close() {
      await handle.close()
      if (named) await unlink(path)
      forget()
    }
  }
}
