import { throwIfAborted } from '@slimbed/core/blocks'
import { SlimbedError } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import { stacked } from '../binary/stacked.js'
import { storedMatrix, whereFinite } from '../binary/stored-matrix.js'
import { chooseColumns } from '../columns.js'
import type { CommonOptions, Content } from '../formats/format.js'
import type { Input } from '../source/input.js'
import { joined } from '../words/joined.js'
import { columnsOf } from './buffers.js'
import { type Batch, openArrow } from './messages.js'
import { type Held, type Opened, unpackedColumns } from './packed.js'
import { isVector, storedVectors } from './vectors.js'
import { isText, wordsOf } from './words.js'

/**
 * Reads an Arrow file or stream: a column of lists of numbers, whose rows stay in the file, and the words beside it. Rejects with `bad-input` for what is damaged
 * and where the column is not clear, naming the columns; with `unsupported` for buffers that are packed with another codec than LZ4.
 */
export async function readArrow(input: Input, { column, signal }: CommonOptions): Promise<Content> {
  const { name } = input
  const source = await input.random()
  const { fields, batches, ended } = await openArrow(source)
  const named = (fits: (field: (typeof fields)[number]) => boolean) => fields.filter(fits).map((field) => field.name)
  const shown = fields.map((field) => `${field.name} (${field.type})`)
  const chosen = chooseColumns(name, { vectors: named(isVector), texts: named(isText), shown }, column)
  const vectors = fields.findIndex((field) => isVector(field) && field.name === chosen.vectors)
  const texts = fields.findIndex((field) => isText(field) && field.name === chosen.words)

  const held: Held = { start: -1, bytes: undefined }
  async function columnAt(batch: Batch, index: number): Promise<Opened> {
    const { columns, packed } = columnsOf(source, batch, fields, index)
    return packed ? unpackedColumns(source, columns, held) : { source, columns }
  }
  const parts: ReturnType<typeof storedMatrix>[] = []
  const words: PlainVocabulary[] = []
  let rows = 0
  let dim: number | undefined
  for await (const batch of batches()) {
    throwIfAborted(signal)
    if (batch.rows === 0) continue
    const own = await columnAt(batch, vectors)
    const stored = await storedVectors(own.source, fields[vectors], own.columns, rows, dim)
    dim = stored.dim
    const part = storedMatrix(own.source, stored)
    parts.push(part.unchecked ?? part)
    if (texts >= 0) {
      const { source: from, columns } = await columnAt(batch, texts)
      words.push(...(await wordsOf(from, fields[texts], columns, rows)))
    }
    rows += batch.rows
  }
  if (rows === 0) throw new SlimbedError('bad-input', `${name}: expected rows of vectors; it has none`)
  const cut = `${name}: the stream ends without a mark after ${rows} rows: is the file whole?`
  return {
    matrix: whereFinite(stacked(parts), name),
    vocabulary: texts < 0 ? undefined : joined(words),
    warnings: ended() ? chosen.warnings : [...chosen.warnings, cut]
  }
}
