import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Matrix, SlimbedError, type Source } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import type { CommonOptions } from '../formats/format.js'
import { readVectorsOn, vectorsOf } from '../read.js'
import type { ReadOptions, Vectors } from '../vectors.js'
import { fileSource } from './file-source.js'
import { isFolder, isSeveral } from './folder.js'
import { nodeHost } from './host.js'

/** The formats of files that can be parts of one table. */
const endings = ['.npy', '.safetensors'] as const

/** In the order that people mean: `part-2` before `part-10`. */
const byNumbers = new Intl.Collator('en', { numeric: true })

/** A pattern of names, in which * stands for anything. */
const patternOf = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`, 's')

/**
 * The files that are one table, in the order of their names: those that a pattern with * in its last part means, or all `.npy` or `.safetensors` files of a folder.
 * Undefined for a path that means no parts.
 */
export async function partsAt(path: string): Promise<readonly string[] | undefined> {
  if (!(await isSeveral(path))) return undefined
  const folder = await isFolder(path)
  const pattern = folder ? undefined : patternOf(basename(path))
  const place = folder ? path : dirname(path)
  const names = (await readdir(place).catch(() => [])).filter((name) => pattern?.test(name) ?? true)
  for (const ending of endings) {
    const found = names.filter((name) => name.endsWith(ending)).sort(byNumbers.compare)
    if (found.length === 0 || (folder && found.length === 1)) continue
    const other = pattern && names.find((name) => !name.endsWith(ending))
    if (other === undefined) return found.map((name) => join(place, name))
    throw new SlimbedError(
      'bad-input',
      `${path}: expected files of one kind as parts of a table; it means ${other}, too`
    )
  }
  if (!pattern) return undefined
  const what = names.length === 0 ? 'no file' : `${names[0]}, which is no part of a table (${endings.join(', ')})`
  throw new SlimbedError('not-found', `${path}: it means ${what}`)
}

/** A file that is open only while it is read: there may be more parts than files that a process may open. */
async function closedSource(path: string): Promise<Source> {
  const { size, close } = await fileSource(path)
  await close()
  return {
    name: path,
    size,
    async read(offset, length, options) {
      const source = await fileSource(path)
      try {
        return await source.read(offset, length, options)
      } finally {
        await source.close()
      }
    }
  }
}

/** The rows of several matrices, one after another. */
function stacked(parts: readonly Matrix[]): Matrix {
  const [{ dim }] = parts
  const starts = [0]
  for (const { rows } of parts) starts.push(starts[starts.length - 1] + rows)
  const rows = starts[parts.length]
  const all = parts.every(({ unchecked }) => unchecked)
  return {
    rows,
    dim,
    ...(all && { unchecked: stacked(parts.map((part) => part.unchecked ?? part)) }),
    async read(start, count, into) {
      checkRows(rows, start, count)
      const values = into ?? new Float32Array(count * dim)
      for (let i = starts.findIndex((from) => from > start) - 1, at = start; at < start + count; i++) {
        const size = Math.min(starts[i + 1], start + count) - at
        const room = values.subarray((at - start) * dim, (at - start + size) * dim)
        const block = await parts[i].read(at - starts[i], size, room)
        if (block.buffer !== values.buffer) room.set(block)
        at += size
      }
      return values
    }
  }
}

/**
 * Reads files as one table, their rows one after another. Rejects as `readVectors` does, naming the file, and with `bad-input` where they do not have as many
 * columns.
 */
export async function openParts(path: string, files: readonly string[], options: ReadOptions): Promise<Vectors> {
  const { signal, tensor, scales } = options
  const own: CommonOptions = { signal, tensor, scales }
  const parts: Vectors[] = []
  for (const file of files) {
    const part = await readVectorsOn(nodeHost, await closedSource(file), own)
    const [first] = parts
    if (first && first.matrix.dim !== part.matrix.dim) {
      const message = `${file}: ${part.matrix.dim} columns, but ${files[0]} has ${first.matrix.dim}`
      throw new SlimbedError('bad-input', `${message}: parts of one table have as many`)
    }
    parts.push(part)
  }
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  const warnings = parts.flatMap((part) => part.warnings)
  const content = { matrix: stacked(parts.map(({ matrix }) => matrix)), warnings }
  const { format } = parts[0]
  return vectorsOf(nodeHost, { name: path, format, bytes }, content, options, async () => {})
}
