import { open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Host } from '../source/host.js'
import { fileError } from './errors.js'
import { handleSource } from './file-source.js'

/** What Node has: zlib, and temporary files, without a name where the system allows it. */
export const nodeHost: Host = {
  async *gunzip(chunks) {
    const packed = Readable.from(chunks, { objectMode: true, highWaterMark: 1 })
    const unzip = createGunzip({ chunkSize: 1 << 20 })
    packed.on('error', (error) => unzip.destroy(error))
    try {
      yield* packed.pipe(unzip)
    } finally {
      packed.destroy()
      unzip.destroy()
    }
  },
  async hold(name, chunks) {
    const path = join(tmpdir(), `slimbed-${process.pid}-${crypto.randomUUID()}.tmp`)
    const handle = await open(path, 'wx+', 0o600).catch((error) => {
      throw fileError(path, error)
    })
    // An open file needs no name, so nothing can be left behind; where the system refuses, closing removes it.
    const named = await unlink(path).then(
      () => false,
      () => true
    )
    const close = async () => {
      await handle.close()
      if (named) await unlink(path)
    }
    try {
      let size = 0
      for await (const chunk of chunks) {
        await handle.writeFile(chunk)
        size += chunk.length
      }
      return { ...handleSource(name, size, handle), close }
    } catch (error) {
      await close()
      throw fileError(path, error)
    }
  }
}
