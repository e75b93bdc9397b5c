import { dirname, join } from 'node:path'
import { type FileSource, fileSource } from '@slimbed/io/node'
import type { OnnxInput } from '@slimbed/onnx'

/** A model's file, and what opens its others; close it when done. */
export interface OpenedOnnx extends OnnxInput {
  /** Bytes of the other files that were opened so far. */
  outsideBytes(): number
  close(): Promise<void>
}

/** Reads a model; the files of its external data are opened when they are needed. */
export async function openOnnx(path: string): Promise<OpenedOnnx> {
  const others = new Map<string, FileSource>()
  const source = await fileSource(path)
  try {
    return {
      bytes: await source.read(0, source.size),
      async outside(location) {
        const known = others.get(location)
        if (known) return known
        const opened = await fileSource(join(dirname(path), location))
        others.set(location, opened)
        return opened
      },
      outsideBytes: () => [...others.values()].reduce((sum, { size }) => sum + size, 0),
      async close() {
        for (const other of others.values()) await other.close()
      }
    }
  } finally {
    await source.close()
  }
}
