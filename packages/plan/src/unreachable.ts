import { SlimbedError } from '@slimbed/core'
import type { Goal } from './goal.js'
import type { Found } from './search.js'

/** A pipeline that failed other than by refusing the matrix. */
export interface Failure {
  readonly pipeline: string
  readonly problem: string
}

const count = (bytes: number) => `${Math.ceil(bytes).toLocaleString('en-US')} bytes`

/** A loss as it is asked for. */
const qualityOf = ({ loss }: Goal, value: number): string => {
  if (loss === 'kept') return `${(100 * (1 - value)).toFixed(1)} % of the neighbours kept`
  if (loss === 'cosine') return `a mean cosine of ${(1 - value).toFixed(6)}`
  return `a relative error of ${Math.sqrt(value).toPrecision(3)}`
}

/** The error for a goal that nothing reached: it says the nearest that was. `outside` is what a file has that attempts do not count, in bytes. */
export function unreachable(
  goal: Goal,
  { words, outside }: { readonly words: number; readonly outside: number },
  { nearest }: Found,
  failures: readonly Failure[]
): SlimbedError {
  if (!nearest) {
    const [first] = failures
    const why = first ? `${first.pipeline} failed: ${first.problem}` : 'install some, such as @slimbed/trellis'
    return new SlimbedError('bad-option', `plan: no compressor can be used here: ${why}`)
  }
  const { spec, loss } = nearest
  const bytes = nearest.bytes + outside
  if (goal.kind === 'quality') {
    const asked = qualityOf(goal, goal.most)
    const found = `the nearest is ${qualityOf(goal, loss)}, by ${spec}, in ${count(bytes)}`
    return new SlimbedError('bad-option', `plan: no pipeline of the installed compressors gives ${asked}: ${found}`)
  }
  const alone = words > 0 ? `, of which ${count(words)} are words` : ''
  const rest = outside > 0 ? `, of which ${count(outside)} are not the table's` : ''
  const found = `the smallest file has ${count(bytes)}${alone}${rest}, by ${spec}`
  return new SlimbedError('bad-option', `plan: no pipeline makes a file of ${count(goal.bytes)}: ${found}`)
}
