import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { codebook, packIndex } from '@slimbed/core/kinds/trellis'
import { vectorFormats } from '@slimbed/io'
import { openVectors, writeVectors } from '@slimbed/io/node'
import { dense, isSlimbedError, type Vocabulary } from '@slimbed/runtime'

/** A table that was read. */
interface Content {
  readonly rows: number
  readonly dim: number
  readonly values: Float32Array
  readonly vocabulary: Vocabulary | undefined
}

/** Writes what was read in one of the formats, and reads it again: what went wrong, if anything. */
export async function checkWritten(folder: string, content: Content, i: number): Promise<string | undefined> {
  const format = vectorFormats[(i / 4) % vectorFormats.length]
  const path = join(folder, `out.${format}`)
  const { rows, dim, values, vocabulary } = content
  const read = async (start: number, count: number) => values.slice(start * dim, (start + count) * dim)
  mkdirSync(folder)
  try {
    // For formats of codes: each row is one of a codebook.
    const numbers = Uint32Array.from({ length: rows }, (_, row) => row)
    const bits = Math.max(1, Math.ceil(Math.log2(rows)))
    const table = codebook(packIndex(numbers, bits), dense(rows, dim, values))
    await writeVectors(path, { matrix: { rows, dim, read }, vocabulary, table })
    const again = await openVectors(path, { threads: 1 })
    const found = await again.matrix.read(0, again.matrix.rows)
    const same =
      again.matrix.dim === dim &&
      found.length === values.length &&
      found.every((value, j) => Object.is(value, values[j]))
    await again.close()
    if (!same) return `written as .${format} it has other values`
    const files = readdirSync(folder)
    return files.length === 1 ? undefined : `writing left ${files.join(', ')}`
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    const files = readdirSync(folder)
    if (files.length > 0) return `.${format}: ${error.message}; there is ${files.join(', ')}`
    return undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}
