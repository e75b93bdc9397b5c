import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Host } from '../source/host.js'
import { fileError } from './errors.js'
import { handleSource } from './handle-source.js'
import { hiddenFile } from './hidden-file.js'

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
    const { path, handle, close } = await hiddenFile()
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
