import { type Compressor, format } from '@slimbed/core'
import { createRegistry, parseSpec } from '@slimbed/core/plugins'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupreduce } from '@slimbed/groupreduce'
import { iiq } from '@slimbed/iiq'
import { lowrank } from '@slimbed/lowrank'
import { prune } from '@slimbed/prune'
import { rotate } from '@slimbed/rotate'
import { trellis } from '@slimbed/trellis'

const own = { fixedpoint, groupreduce, iiq, lowrank, prune, rotate, trellis }

/** The compressors that this page has. */
export const registry = createRegistry(own)

/** Those that are quick enough to be tried whenever a slider moves. */
export const quick = [trellis, fixedpoint, lowrank]

/** The versions of this page's packages, by name: `vite.config.ts` fills them in. */
declare const __VERSIONS__: Readonly<Record<string, string>>

/** The versions of the packages that take part in a pipeline, as a file says them: core's, and those of its compressors. */
export function versionsFor(pipeline: Compressor): Readonly<Record<string, string>> {
  const stages = parseSpec(format(pipeline)).map(({ name }) => `@slimbed/${name}`)
  const taking = [...new Set(['@slimbed/core', ...stages])].sort()
  return Object.fromEntries(taking.map((name) => [name, __VERSIONS__[name] ?? 'unknown']))
}
