import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { type PlainVocabulary, vocabularyOf } from '@slimbed/runtime/format'
import { checkRows } from '@slimbed/runtime/kinds'
import { partOfRow } from '../binary/stacked.js'
import { whereFinite } from '../binary/stored-matrix.js'
import { chooseColumns } from '../columns.js'
import type { CommonOptions, Content } from '../formats/format.js'
import type { Input } from '../source/input.js'
import { joined } from '../words/joined.js'
import { chunkOf, groupStarts, tailOf } from './chunks.js'
import { columnNames } from './columns.js'
import type { ParquetDecoder } from './decoder.js'

/** The group of a file that was read last. */
interface Held {
  group: number
  values: Promise<Float32Array> | undefined
}

/** That of the file that was read last: of many files, parts of one table, no other holds one. */
let latest: WeakRef<Held> | undefined

/** Holds a group; what another file has held is let go. */
function hold(held: Held, group: number, values: Promise<Float32Array>): void {
  const other = latest?.deref()
  if (other && other !== held) other.values = undefined
  held.group = group
  held.values = values
  latest = new WeakRef(held)
}

/**
 * Reads a Parquet file: a column of lists of numbers, a group of rows at a time, and the words beside it. Rejects as the decoder does, and with `bad-input`,
 * naming the columns, where the column is not clear.
 */
export async function readParquet(
  input: Input,
  decoder: ParquetDecoder,
  { column, signal }: CommonOptions
): Promise<Content> {
  const { name } = input
  const source = await input.random()
  const tail = await tailOf(source)
  const { length } = tail
  const told = { what: `${name}, metadata`, bytes: length, values: length, signal }
  const { metadata, schema } = await decoder.contents(tail, told)
  const chosen = chooseColumns(name, columnNames(schema), column)
  const starts = groupStarts(name, source.size, metadata)
  const rows = starts[starts.length - 1]
  const file = { source, metadata, starts, signal }

  async function numbersOf(group: number, dim?: number) {
    const { chunk, bounds } = await chunkOf(file, group, chosen.vectors)
    return decoder.numbers(chunk, dim, bounds)
  }
  const first = starts.findIndex((start) => start > 0) - 1
  const head = await numbersOf(first)
  const { dim } = head

  const held: Held = { group: first, values: undefined }
  hold(held, first, Promise.resolve(head.values))
  function groupAt(group: number): Promise<Float32Array> {
    if (held.values && held.group === group) return held.values
    const values = numbersOf(group, dim).then((numbers) => numbers.values)
    // A read that failed is tried again.
    values.catch(() => {
      if (held.values === values) held.values = undefined
    })
    hold(held, group, values)
    return values
  }

  const unchecked: Matrix = {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const out = into ?? new Float32Array(count * dim)
      for (let at = start, group = partOfRow(starts, start); at < start + count; group++) {
        const end = Math.min(starts[group + 1], start + count)
        if (end <= at) continue
        const values = await groupAt(group)
        out.set(values.subarray((at - starts[group]) * dim, (end - starts[group]) * dim), (at - start) * dim)
        at = end
      }
      return out
    }
  }

  async function wordsOf(texts: string): Promise<PlainVocabulary> {
    const parts: PlainVocabulary[] = []
    for (let group = 0; group + 1 < starts.length; group++) {
      if (starts[group] === starts[group + 1]) continue
      const { chunk, bounds } = await chunkOf(file, group, texts)
      parts.push(vocabularyOf(await decoder.words(chunk, bounds)))
    }
    return joined(parts)
  }
  const vocabulary = chosen.words === undefined ? undefined : await wordsOf(chosen.words)
  if (vocabulary === undefined || vocabulary.size === rows) {
    return { matrix: whereFinite(unchecked, name), vocabulary, warnings: chosen.warnings }
  }
  throw new SlimbedError('bad-input', `${name}: expected ${rows} words, came ${vocabulary.size}`)
}
