import { SlimbedError } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import { stacked } from '../binary/stacked.js'
import type { CommonOptions } from '../formats/format.js'
import { readVectorsOn, vectorsOf } from '../read.js'
import { someAtATime } from '../source/some-at-a-time.js'
import type { ReadOptions, Vectors } from '../vectors.js'
import { joined } from '../words/joined.js'
import { fewOpen } from './few-open.js'
import { fileSource } from './file-source.js'
import { isFolder, isSeveral, namesIn } from './folder.js'
import type { OpenSource } from './handle-source.js'
import { nodeHost } from './host.js'
import { folderOf, isRemote, nameOf, within } from './net/address.js'

/** The formats of files that can be parts of one table. */
const endings = ['.npy', '.safetensors', '.parquet', '.arrow', '.feather'] as const

/** In the order that people mean: `part-2` before `part-10`. */
const byNumbers = new Intl.Collator('en', { numeric: true })

/** A pattern of names, in which * stands for anything. */
const patternOf = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`, 's')

/**
 * The files that are one table, in the order of their names: those that a pattern with * in its last part means, or all files of a folder that have the first of these endings.
 * Undefined for a path that means no parts.
 */
export async function partsAt(path: string): Promise<readonly string[] | undefined> {
  if (!(await isSeveral(path))) return undefined
  const folder = await isFolder(path)
  const pattern = folder ? undefined : patternOf(nameOf(path))
  const place = folder ? path : folderOf(path)
  const begin = folder ? '' : nameOf(path).split('*')[0]
  const names = (await namesIn(place, begin)).filter((name) => pattern?.test(name) ?? true)
  for (const ending of endings) {
    const found = names.filter((name) => name.endsWith(ending)).sort(byNumbers.compare)
    if (found.length === 0 || (folder && found.length === 1)) continue
    const other = pattern && names.find((name) => !name.endsWith(ending))
    if (other === undefined) return found.map((name) => within(place, name))
    throw new SlimbedError(
      'bad-input',
      `${path}: expected files of one kind as parts of a table; it means ${other}, too`
    )
  }
  if (!pattern) return undefined
  const what = names.length === 0 ? 'no file' : `${names[0]}, which is no part of a table (${endings.join(', ')})`
  throw new SlimbedError('not-found', `${path}: it means ${what}`)
}

/** How many parts are opened or read at a time. */
const parallel = 8

/** Parts that stay open for the next read of theirs. */
const mostOpen = 16

/** What is kept of a part while it is one of a table. */
type Part = Pick<Vectors, 'matrix' | 'vocabulary' | 'bytes' | 'format' | 'warnings'>

/** The words of all parts, where every one has its own. */
function wordsOf(parts: readonly Part[]): PlainVocabulary | undefined {
  const all = parts.flatMap((part) => part.vocabulary ?? [])
  return all.length < parts.length ? undefined : joined(all)
}

/**
 * Reads files as one table, their rows one after another. Rejects as `readVectors` does, naming the file, and with `bad-input` where they do not have as many
 * columns.
 */
export async function openParts(path: string, files: readonly string[], options: ReadOptions): Promise<Vectors> {
  const { signal, tensor, scales, column } = options
  const own: CommonOptions = { signal, tensor, scales, column }
  const sources: OpenSource[] = []
  const local = fewOpen(mostOpen)
  const remote = async (file: string) => {
    const source = await fileSource(file)
    sources.push(source)
    return source
  }
  const openPart = async (file: string): Promise<Part> => {
    // Those of a network hold nothing open.
    const source = await (isRemote(file) ? remote(file) : local.source(file))
    const { matrix, vocabulary, bytes, format, warnings } = await readVectorsOn(nodeHost, source, own)
    return { matrix, vocabulary, bytes, format, warnings }
  }
  const close = async () => {
    await local.close()
    for (const source of sources) await source.close()
  }
  try {
    const parts = await someAtATime(
      files.map((file) => () => openPart(file)),
      parallel
    )
    const [first] = parts
    for (const [i, { matrix }] of parts.entries()) {
      if (matrix.dim === first.matrix.dim) continue
      const message = `${files[i]}: ${matrix.dim} columns, but ${files[0]} has ${first.matrix.dim}`
      throw new SlimbedError('bad-input', `${message}: parts of one table have as many`)
    }
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
    const warnings = parts.flatMap((part) => part.warnings)
    const words = wordsOf(parts)
    const content = { matrix: stacked(parts.map(({ matrix }) => matrix)), vocabulary: words, warnings }
    return await vectorsOf(nodeHost, { name: path, format: first.format, bytes }, content, options, close)
  } catch (error) {
    await close()
    throw error
  }
}
