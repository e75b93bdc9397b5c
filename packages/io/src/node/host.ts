import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Host } from '../source/host.js'
import { fileError } from './errors.js'
import { handleSource } from './handle-source.js'
import { hiddenFile } from './hidden-file.js'
import { parquetOnThread } from './parquet-on-thread.js'

/** What Node has: zlib, and temporary files, without a name where the system allows it. */
export const nodeHost: Host = {
  parquet: parquetOnThread(),
  async *gunzip(chunks) {
    let given = 0
    let last: Uint8Array = new Uint8Array()
    async function* counted() {
      for await (const chunk of chunks) {
        given += chunk.length
        last = chunk
        yield chunk
      }
    }
    const packed = Readable.from(counted(), { objectMode: true, highWaterMark: 1 })
    const unzip = createGunzip({ chunkSize: 1 << 20 })
    packed.on('error', (error) => unzip.destroy(error))
    try {
      yield* packed.pipe(unzip)
      // zlib takes a byte 0 after a member for padding, and says nothing of what follows.
      const left = given - unzip.bytesWritten
      if (left > 0 && last.slice(-left).some((byte) => byte !== 0))
        throw new Error('there are bytes after the gzip data')
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
