import { SlimbedError } from '@slimbed/core'
import type { CheckFlags } from '../flags/check.js'
import { checkInputs } from '../open/paths.js'
import { openTable } from '../open/table.js'
import { print, printJson, type Session } from '../session/session.js'
import { alignColumns } from '../show/text/table.js'
import { bytes, decimal, percent } from '../show/text/units.js'
import { compared } from './compare.js'

/** One limit, and what was found. */
export interface Check {
  readonly name: 'maxBytes' | 'maxError' | 'minCosine' | 'minKept'
  readonly limit: number
  /** null for an error or a cosine of codes that keep only similarities. */
  readonly found: number
  readonly passed: boolean
}

const titles = { maxBytes: 'bytes', maxError: 'relative error', minCosine: 'mean cosine', minKept: 'neighbours kept' }
/** Six digits: near a limit, four may be the same. */
const shown = {
  maxBytes: (value: number) => `${bytes(value)} (${value.toLocaleString('en-US')})`,
  maxError: (value: number) => (Number.isNaN(value) ? decimal(value) : String(Number(value.toPrecision(6)))),
  minCosine: (value: number) => (Number.isNaN(value) ? decimal(value) : String(Number(value.toPrecision(6)))),
  minKept: percent
}

/** The figures of a file that limits are for. */
async function figures(path: string, { against, ...flags }: CheckFlags, session: Session) {
  if (against === undefined) {
    await checkInputs([path], session)
    const { bytes: maxBytes, close } = await openTable(path, {}, session)
    await close()
    return { maxBytes, maxError: Number.NaN, minCosine: Number.NaN, minKept: Number.NaN }
  }
  const { made } = await compared(against, path, flags, session)
  const { artefact, relativeError, meanCosine, neighbourOverlap } = made
  return { maxBytes: artefact.bytes, maxError: relativeError, minCosine: meanCosine, minKept: neighbourOverlap }
}

/** Limits of quality need the original. Throws `bad-option` without it, and without a limit. */
function checkFlags({ against, maxBytes, maxError, minCosine, minKept }: CheckFlags): void {
  const quality = Object.entries({ '--max-error': maxError, '--min-cosine': minCosine, '--min-kept': minKept })
  const given = quality.filter(([, value]) => value !== undefined).map(([name]) => name)
  if (given.length === 0 && maxBytes === undefined) {
    const limits = '--max-bytes, --max-error, --min-cosine or --min-kept'
    throw new SlimbedError('bad-option', `nothing to check: give a limit by ${limits}`)
  }
  if (given.length > 0 && against === undefined) {
    throw new SlimbedError(
      'bad-option',
      `${given[0]} needs the vectors that the file was made from: --against vectors.bin`
    )
  }
}

/** `slimbed check`: whether a compressed file keeps its limits. Rejects with `not-met`, naming the figures that do not. */
export async function checkCommand(path: string, flags: CheckFlags, session: Session): Promise<void> {
  checkFlags(flags)
  const found = await figures(path, flags, session)
  const checks = (['maxBytes', 'maxError', 'minCosine', 'minKept'] as const).flatMap((name): Check[] => {
    const limit = flags[name]
    if (limit === undefined) return []
    const value = found[name]
    return [{ name, limit, found: value, passed: name.startsWith('max') ? value <= limit : value >= limit }]
  })
  const failed = checks.filter(({ passed }) => !passed)
  const lines = checks.map(({ name, limit, found, passed }) => [
    passed ? '✓' : '✗',
    titles[name],
    shown[name](found),
    name.startsWith('max') ? 'at most' : 'at least',
    shown[name](limit)
  ])
  const report = { artefact: path, against: flags.against ?? null, passed: failed.length === 0, checks }
  await (flags.json ? printJson(report) : print(alignColumns(lines, 'llrlr')))
  if (failed.length === 0) return
  const short = failed.map(({ name, limit, found }) => {
    const beyond = name.startsWith('max') ? 'more than' : 'less than'
    return `${titles[name]} ${shown[name](found)}, ${Number.isNaN(found) ? 'where the limit is' : beyond} ${shown[name](limit)}`
  })
  throw new SlimbedError('not-met', `${path}: ${short.join('; ')}`)
}
