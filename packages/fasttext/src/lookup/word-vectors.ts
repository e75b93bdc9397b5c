import { throwIfAborted } from '@slimbed/core'
import type { Matrix } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import type { FastTextModel } from '../model.js'
import { hold } from './hold.js'
import { inputRows } from './input-rows.js'

/** The vectors of words of a model. */
export interface WordVectors {
  /** The vector of each word of the model, in their order. */
  readonly matrix: Matrix
  /**
   * The vector of any word, as fastText's `getWordVector`: the mean of its row and the rows of its n-grams. Zeros where a word has
   * neither.
   */
  vector(word: string): Float32Array
}

/**
 * The vectors of words of a model, whose input is read into memory. Rejects with `bad-input` for values that are not finite,
 * `aborted`, and as the source does.
 */
export async function wordVectors(model: FastTextModel, signal?: AbortSignal): Promise<WordVectors> {
  const { words, input, name } = model
  throwIfAborted(signal)
  const held = await hold(input, name, signal)
  const rows = inputRows(model)
  const { dim } = held
  const encoder = new TextEncoder()

  /** Writes the mean of some rows, with fastText's rounding. */
  function mean(own: readonly number[], out: Float32Array): void {
    out.fill(0)
    for (const row of own) held.add(row, out)
    const share = Math.fround(1 / own.length)
    if (own.length > 0) for (let j = 0; j < dim; j++) out[j] *= share
  }
  return {
    matrix: {
      rows: words.size,
      dim,
      async read(start, count, into) {
        checkRows(words.size, start, count)
        const out = into ?? new Float32Array(count * dim)
        for (let i = 0; i < count; i++) {
          mean(rows.word(words.bytesOf(start + i), start + i), out.subarray(i * dim, (i + 1) * dim))
        }
        return out
      }
    },
    vector(word) {
      const out = new Float32Array(dim)
      mean(rows.word(encoder.encode(word), words.find(word)), out)
      return out
    }
  }
}
