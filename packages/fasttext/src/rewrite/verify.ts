import { blocksOf, throwIfAborted } from '@slimbed/core'
import { SlimbedError, type Vocabulary } from '@slimbed/runtime'
import type { Counted, FastTextModel, StoredMatrix } from '../model.js'
import type { QuantizedMatrix } from '../quantized.js'
import { readRows } from '../read/matrix.js'
import type { Writable } from '../write/write.js'

function fail(what: string): never {
  throw new SlimbedError('corrupt-file', `what was written is not what was meant: ${what} differ; nothing is kept`)
}

const sameNumbers = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  a.length === b.length && Array.prototype.every.call(a, (value, i) => value === b[i])

function compareWords(what: string, a: Vocabulary & Counted, b: Vocabulary & Counted): void {
  if (a.size !== b.size || !sameNumbers(a.counts, b.counts)) fail(`counts of ${what}`)
  for (let row = 0; row < a.size; row++) if (!sameNumbers(a.bytesOf(row), b.bytesOf(row))) fail(what)
}

/** The rows of a stored matrix, as a matrix. */
export const matrixOfStored = (stored: StoredMatrix, name: string) => ({
  rows: stored.rows,
  dim: stored.dim,
  read: (start: number, count: number, into?: Float32Array) => readRows(stored, start, count, name, into)
})

/** Compares codes and codebooks, also what no row uses of them. */
function compareCodes(what: string, a: QuantizedMatrix, b: QuantizedMatrix): void {
  const arrays = ({ codes, codebooks, norms }: QuantizedMatrix) => [
    codes,
    [codebooks.parts, codebooks.width],
    codebooks.centroids,
    norms?.codes ?? [],
    norms?.levels ?? []
  ]
  const others = arrays(b)
  if (!arrays(a).every((numbers, i) => sameNumbers(numbers, others[i]))) fail(`codes of the ${what}`)
}

async function compareRows(what: string, a: StoredMatrix, b: StoredMatrix, signal?: AbortSignal): Promise<void> {
  if (a.rows !== b.rows || (a.rows > 0 && a.dim !== b.dim)) fail(`shapes of the ${what}`)
  if (a.rows === 0) return
  if (a.kind === 'quantized' && b.kind === 'quantized') compareCodes(what, a, b)
  const other = matrixOfStored(b, what)
  for await (const { start, count, data } of blocksOf(matrixOfStored(a, what))) {
    throwIfAborted(signal)
    if (!sameNumbers(data, await other.read(start, count))) fail(`rows of the ${what}`)
  }
}

/** Compares a model that was read back with what was meant: settings, words, labels, buckets, and every row. Rejects with `corrupt-file`. */
export async function compareModels(meant: Writable, found: FastTextModel, signal?: AbortSignal): Promise<void> {
  if (JSON.stringify(Object.entries(meant.args).sort()) !== JSON.stringify(Object.entries(found.args).sort()))
    fail('settings')
  if (meant.tokens !== found.tokens) fail('numbers of tokens')
  compareWords('words', meant.words, found.words)
  compareWords('labels', meant.labels, found.labels)
  const [a, b] = [meant.kept, found.kept]
  if (!sameNumbers(a?.buckets ?? [-1], b?.buckets ?? [-1]) || !sameNumbers(a?.rows ?? [], b?.rows ?? []))
    fail('buckets')
  await compareRows('input', meant.input, found.input, signal)
  await compareRows('output', meant.output, found.output, signal)
}
