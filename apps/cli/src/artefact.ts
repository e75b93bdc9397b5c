import { type Artefact, isSlimbedError, load, SlimbedError, throwIfAborted } from '@slimbed/core'
import { fileSource } from '@slimbed/io/node'
import type { Session } from './session.js'

/** What follows the length of the header in every safetensors file. */
const brace = 0x7b
const chunkBytes = 64 * 2 ** 20

/** The bytes of a file; unlike readFile it takes files of any size, and can be interrupted. */
export async function bytesOf(path: string, { signal, progress }: Session): Promise<Uint8Array> {
  const source = await fileSource(path)
  try {
    const report = progress.phase('reading', source.size)
    const bytes = new Uint8Array(source.size)
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      throwIfAborted(signal)
      bytes.set(await source.read(at, Math.min(chunkBytes, bytes.length - at)), at)
      report(Math.min(at + chunkBytes, bytes.length), bytes.length)
    }
    return bytes
  } finally {
    await source.close()
  }
}

/** Reads an artefact; errors name its path. Rejects as `load` does, with `not-found`, `io` and `aborted`. */
export async function readArtefact(path: string, session: Session): Promise<Artefact> {
  const bytes = await bytesOf(path, session)
  if (bytes[8] !== brace) {
    throw new SlimbedError(
      'bad-input',
      `${path}: expected an artefact, a file that "slimbed compress" made; it is none`
    )
  }
  try {
    return load(bytes)
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    throw new SlimbedError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}
