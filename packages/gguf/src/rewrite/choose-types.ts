import { SlimbedError, selection } from '@slimbed/core'
import type { Source } from '@slimbed/runtime'
import { encoders } from '../encode/types.js'
import type { GgufHeader } from '../header/header.js'
import { ggufMatrix, tokenTable } from '../matrix.js'
import { planRewrite, type WrittenType, writtenTypes } from './plan.js'

/** What is looked for: the types with which tables lose least in a file of so many bytes at most. */
export interface TypesAsked {
  /** Names of the tables; the token table alone unless given. */
  readonly tables?: readonly string[] | undefined
  /** Bytes of the whole file at most. */
  readonly bytes: number
}

/** A type that a table may have: what it takes, and what it loses in the unit of its values. */
interface Choice {
  readonly type: WrittenType
  readonly bytes: number
  readonly loss: number
}

/** Rows that tell what a table loses. */
const sampleRows = 256

/** What a table would lose in each type: squared errors over squares, times its values. Blocks are the best that there are, so a sample tells. */
async function choicesFor(source: Source, header: GgufHeader, name: string): Promise<Choice[]> {
  const matrix = ggufMatrix(source, header, name)
  const { rows, dim } = matrix
  const from = header.byName.get(name)?.type
  const count = Math.min(rows, sampleRows)
  const numbers = Uint32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * rows) / count))
  const data = await selection(matrix, numbers).read(0, count)
  const norm = data.reduce((sum, value) => sum + value * value, 0) || 1
  return writtenTypes
    .filter((type) => type !== from)
    .map((type) => {
      const { rowBytes } = planRewrite(header, new Map([[name, type]]), source).tables[0]
      const [made, out] = [new Float32Array(data.length), new Uint8Array(count * rowBytes)]
      const { bytes: block, encode } = encoders[type]
      for (let at = 0, to = 0; at < data.length; at += 32, to += block) encode(data, at, out, to, made)
      const error = data.reduce((sum, value, i) => sum + (value - made[i]) ** 2, 0)
      return { type, bytes: rows * rowBytes, loss: (error / norm) * rows * dim }
    })
    .sort((a, b) => a.bytes - b.bytes || a.loss - b.loss)
}

/** The choice that takes most loss away for its bytes, of those that are larger than what a table has. */
function upgrade(choices: readonly Choice[], now: Choice): (Choice & { readonly gain: number }) | undefined {
  return choices
    .filter(({ bytes, loss }) => bytes >= now.bytes && loss < now.loss)
    .map((choice) => ({ ...choice, gain: (now.loss - choice.loss) / Math.max(1, choice.bytes - now.bytes) }))
    .sort((a, b) => b.gain - a.gain)[0]
}

/**
 * The type for each of some tables of a model, so that the file has at most so many bytes: all begin with the smallest, and bytes go where they take most off the
 * loss, as a sample of the rows tells it. There are six types, so one table meets few sizes; several of different types meet more.
 *
 * Rejects with `bad-option` where no types make the file as small, and as `rewriteGguf` does.
 */
export async function ggufTypesFor(
  source: Source,
  header: GgufHeader,
  { tables = [tokenTable], bytes }: TypesAsked
): Promise<ReadonlyMap<string, WrittenType>> {
  const choices = new Map<string, readonly Choice[]>()
  for (const name of tables) choices.set(name, await choicesFor(source, header, name))
  const chosen = new Map([...choices].map(([name, [smallest]]) => [name, smallest] as const))
  const sizeOf = (types: ReadonlyMap<string, Choice>): number =>
    planRewrite(header, new Map([...types].map(([name, { type }]) => [name, type])), source).size
  const least = sizeOf(chosen)
  if (least > bytes) {
    const made = [...new Set([...chosen.values()].map(({ type }) => type))].join(' and ')
    const [asked, found] = [bytes, least].map((count) => `${count.toLocaleString('en-US')} bytes`)
    throw new SlimbedError('bad-option', `no type makes a file of ${asked}: the smallest file has ${found}, in ${made}`)
  }
  for (;;) {
    const next = [...choices]
      .flatMap(([name, all]) => {
        const now = chosen.get(name)
        const fitting = all.filter((choice) => sizeOf(new Map([...chosen, [name, choice]])) <= bytes)
        const found = now && upgrade(fitting, now)
        return found ? [{ name, found }] : []
      })
      .sort((a, b) => b.found.gain - a.found.gain)[0]
    if (!next) return new Map([...chosen].map(([name, { type }]) => [name, type]))
    chosen.set(next.name, next.found)
  }
}
