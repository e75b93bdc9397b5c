import { extname } from 'node:path'
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
import { nodeHost } from './host.js'
import { folderOf, isRemote, nameOf, within } from './net/address.js'
import { amongShards } from './shards.js'

/** The formats of files that can be parts of one table. */
const endings = ['.npy', '.safetensors', '.parquet', '.arrow', '.feather'] as const

const byNumbers = new Intl.Collator('en', { numeric: true })

/** In the order that people mean: `part-2` before `part-10`. Names that mean the same, such as `part-02`, have one order, too. */
const inOrder = (a: string, b: string) => byNumbers.compare(a, b) || (a < b ? -1 : 1)

/** A pattern of names, in which * stands for anything. */
const patternOf = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`, 's')

/** Refuses files of a second kind. */
function refuseOthers(path: string, parts: readonly string[], other: string | undefined): void {
  if (other === undefined) return
  const found = `it means ${parts[0]} and ${other}`
  throw new SlimbedError(
    'bad-input',
    `${path}: expected files of one kind as parts of a table; ${found}: give a pattern of names, such as '*${extname(parts[0])}'`
  )
}

/**
 * The files that are one table, in the order of their names: those that a pattern with * in its last part means, or the files of a folder that have one of these endings. As in a shell, hidden files
 * are none of them. Undefined for a path that means no parts. Rejects with `bad-input` for files of several kinds, `not-found` and `io`.
 */
export async function partsAt(path: string): Promise<readonly string[] | undefined> {
  if (!(await isSeveral(path))) return undefined
  const folder = await isFolder(path)
  const pattern = folder ? undefined : patternOf(nameOf(path))
  const place = folder ? path : folderOf(path)
  const begin = folder ? '' : nameOf(path).split('*')[0]
  const names = (await namesIn(place, begin)).filter(
    (name) => (pattern?.test(name) ?? true) && (begin.startsWith('.') || !name.startsWith('.'))
  )
  const kinds = endings.map((ending) => names.filter((name) => name.endsWith(ending)).sort(inOrder))
  const found = kinds.find(({ length }) => length > (folder ? 1 : 0))
  if (found) {
    const others = folder ? kinds.flat() : names
    refuseOthers(
      path,
      found,
      others.find((name) => extname(name) !== extname(found[0]))
    )
    return found.map((name) => within(place, name))
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
  const host = amongShards(nodeHost)
  const closes: (() => Promise<void>)[] = []
  const local = fewOpen(mostOpen)
  const openPart = async (file: string): Promise<Part> => {
    // Those of a network hold nothing open.
    const source = await (isRemote(file) ? fileSource(file) : local.source(file))
    const { matrix, vocabulary, bytes, format, warnings, close } = await readVectorsOn(host, source, own)
    closes.push(close)
    return { matrix, vocabulary, bytes, format, warnings }
  }
  const close = async () => {
    await local.close()
    for (const closePart of closes) await closePart()
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
