import { isObject, type JsonObject } from '@slimbed/runtime'
import { crc32 } from '@slimbed/runtime/format'
import { fromBase64, toBase64 } from '../bits/base64.js'
import { alone, type Spread, type SpreadPass } from '../tensor/spread/spread.js'
import { inSegments, type Progress } from './in-segments.js'
import type { Journal, JournaledFile } from './journal.js'

/** Sums of more bytes are written down only at the end of a pass; of more than the second number, not at all. */
const [often, atAll] = [2 ** 20, 2 ** 26]

/** A run that another one can go on with. */
export interface Resumable {
  /** Does the passes of the run; `createTensor` gets it. Until `begin`, it does them as any run does. */
  readonly spread: Spread
  /** Begins a file: to write down what is done, and to leave out what earlier runs did. */
  begin(journal: Journal): void
  /** Says which file is written. A file that is begun again has other places for its tensors: what was written before counts no longer. */
  file(file: JournaledFile): void
}

/** What tells a pass from others: the operation, its shape, what it is given, and how many of that kind there were before. */
function keysOf(): (pass: Pick<SpreadPass<unknown>, 'name' | 'rows' | 'step' | 'given'>) => string {
  const seen = new Map<string, number>()
  return ({ name, rows, step, given }) => {
    let sum = 0
    for (const { buffer, byteOffset, byteLength } of given) {
      sum = crc32(new Uint8Array(buffer, byteOffset, byteLength), sum)
    }
    const kind = `${name} ${rows} ${step} ${sum.toString(16)}`
    const index = seen.get(kind) ?? 0
    seen.set(kind, index + 1)
    return `${kind} ${index}`
  }
}

/** How far each pass has come, by its key. */
function passesIn(entries: readonly JsonObject[], withFile: boolean): Map<string, Progress> {
  const found = new Map<string, Progress>()
  for (const { pass, row, sums, file } of entries) {
    if (typeof pass !== 'string' || typeof row !== 'number' || typeof sums !== 'string') continue
    if (file === undefined || withFile) found.set(pass, { row, sums: new Float64Array(fromBase64(sums).buffer) })
  }
  return found
}

/**
 * A run that writes down its place in a journal after segments of rows. Another run of the same input, options and version goes on there: the same
 * passes come in the same order, so those that are done are left out, and the one that was interrupted goes on with its sums. Passes whose results are
 * in memory alone are done again.
 */
export function createResumable(): Resumable {
  let journal: Journal | undefined
  let keyOf = keysOf()
  let passes = new Map<string, Progress>()
  let files = 0
  let current: JournaledFile | undefined
  /** Whether the file was begun again: its passes are not written down any more, and an earlier run's are not taken over. */
  let [again, told] = [false, false]

  const over = async <Made>(pass: SpreadPass<Made>): Promise<Float64Array> => {
    const to = journal
    if (!to) return alone.over(pass)
    const key = keyOf(pass)
    const writes = pass.visit !== undefined
    if (writes && again && !told) {
      await to.append({ again: true })
      told = true
    }
    if (pass.rows === 0 || (writes && (!pass.lasting || again || !current))) return alone.over(pass)
    const from = passes.get(key)
    if (from && from.row >= pass.rows) {
      pass.progress?.(pass.rows, pass.rows)
      return from.sums
    }
    return inSegments(pass, from, async ({ row, sums }) => {
      const whole = row >= pass.rows
      const small = sums.byteLength <= (whole || writes ? atAll : often)
      if (small && (whole || to.due())) {
        const file = writes && current ? { file: current.written() } : {}
        await to.append({ pass: key, row, sums: toBase64(sums), ...file })
      }
    })
  }
  return {
    spread: { alone: false, over },
    begin(to) {
      journal = to
      keyOf = keysOf()
      files = 0
      current = undefined
      again = to.entries.some((entry) => entry.again === true)
      told = again
      passes = passesIn(to.entries, !again)
    },
    file(file) {
      if (!journal) return
      files++
      current = file
      if (files > 1) again = true
      else if (!again) file.restore(journal.entries.flatMap((entry) => (isObject(entry.file) ? [entry.file] : [])))
    }
  }
}
