import type { Tensors } from '../../table/table.js'
import type { Tensor } from '../../table/tensor.js'
import { blockWords, contextCount, endSymbol } from '../contexts.js'
import { type PlainVocabulary, plainOf } from '../plain.js'
import type { Vocabulary } from '../vocabulary.js'
import { type BitWriter, bitWriter } from './bits.js'
import { bitsOf, type Code, codeFor, writeCode } from './code-tree.js'
import { packCounts } from './pack-counts.js'
import { forEachSymbol, sortedRows } from './symbols.js'

const symbolCount = endSymbol + 1

const bytesTensor = (data: Uint8Array): Tensor<'U8'> => ({ dtype: 'U8', shape: [data.length], data })

/** Writes the code of each context that has one, after a code for the symbols in them. */
function writeCodes(codes: readonly (Code | undefined)[], to: BitWriter): void {
  const used = new Uint32Array(symbolCount)
  const nowhere = bitWriter()
  for (const code of codes) if (code !== undefined) writeCode(code, nowhere, (symbol) => used[symbol]++)
  const symbols = codeFor(used)
  writeCode(symbols, to, (symbol) => to.write(symbol, 9))
  const { values, lengths } = bitsOf(symbols, symbolCount)
  for (const code of codes) {
    to.write(code === undefined ? 0 : 1, 1)
    if (code !== undefined) writeCode(code, to, (symbol) => to.write(values[symbol], lengths[symbol]))
  }
}

/** The blocks of words, and the bytes of each. */
function blocksOf(words: PlainVocabulary, order: Uint32Array, codes: readonly (Code | undefined)[]) {
  const bits = codes.map((code) => (code !== undefined ? bitsOf(code, symbolCount) : undefined))
  const stream = bitWriter()
  const lengths: number[] = []
  let begin = 0
  forEachSymbol(
    words,
    order,
    (context, symbol) => {
      const own = bits[context]
      if (own) stream.write(own.values[symbol], own.lengths[symbol])
    },
    (place) => {
      if ((place + 1) % blockWords !== 0 && place + 1 !== words.size) return
      const end = stream.end()
      lengths.push(end - begin)
      begin = end
    }
  )
  return { stream: stream.finish(), lengths }
}

/** Writes a number below `count`, without its highest bit where that can only be 0. */
function writeBelow(count: number, value: number, to: BitWriter): void {
  const width = 31 - Math.clz32(count)
  const high = 2 ** width
  to.write(value % high, width)
  if ((value % high) + high < count) to.write(value < high ? 0 : 1, 1)
}

/** The bytes of words in a file. */
function packed(words: PlainVocabulary): Uint8Array {
  const order = sortedRows(words)
  const occurrences: (Uint32Array | undefined)[] = Array(contextCount).fill(undefined)
  forEachSymbol(words, order, (context, symbol) => {
    const own = occurrences[context] ?? new Uint32Array(symbolCount)
    occurrences[context] = own
    own[symbol]++
  })
  const codes = occurrences.map((own) => own && codeFor(own))
  const to = bitWriter()
  writeCodes(codes, to)
  const moved = order.some((row, place) => row !== place)
  to.write(moved ? 1 : 0, 1)
  if (moved) for (const row of order) writeBelow(words.size, row, to)
  const { stream, lengths } = blocksOf(words, order, codes)
  const width = Math.ceil(Math.log2(lengths.reduce((a, b) => Math.max(a, b), 0) + 1))
  to.write(width, 5)
  for (const length of lengths.reverse()) to.write(length, width)
  const head = to.finish()
  const bytes = new Uint8Array(head.length + stream.length)
  bytes.set(head)
  bytes.set(stream, head.length)
  return bytes
}

/**
 * The tensors of a vocabulary in a file: its words sorted by their bytes, each without what it shares with the one before, in a prefix
 * code for each context; their rows, unless they are in this order already; and counts in a byte each.
 */
export function packWords(vocabulary: Vocabulary): Tensors {
  const counts = vocabulary.counts && packCounts(vocabulary.counts)
  return {
    words: bytesTensor(packed(plainOf(vocabulary))),
    ...(counts && {
      counts: bytesTensor(counts.codes),
      levels: { dtype: 'F32', shape: [counts.levels.length], data: counts.levels } as const
    })
  }
}
