import { fail } from '../check.js'
import { type TableKind, tensorOf } from '../kinds/kind.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import { loadNonuniform } from './nonuniform.js'

export { type LogScale, scalesByCode } from './log-scales.js'
export { type Nonuniform, nonuniform } from './nonuniform.js'

/** Every row is a row of the codes, and of the scales where it has its own. */
function selectNonuniform({ config, tensors }: RemoteParts): Selection {
  const codes = tensorOf(tensors, 'codes', ['U8'], 2)
  const scale = tensorOf(tensors, 'scale', ['F32', 'F16', 'U8'], 2)
  const [rows, dim] = [codes.shape[0], Number(config.dim)]
  const [scaleRows] = scale.shape
  if (scaleRows !== 1 && scaleRows !== rows) {
    fail('bad-input', `nonuniform: expected a scale of 1 or ${rows} rows, got ${scaleRows}`)
  }
  return { rows, dim, take: scaleRows === 1 ? [codes] : [codes, scale] }
}

/** The kind of codes whose levels may lie anywhere, to be passed as `kinds` to what reads files, by ranges too. */
export const nonuniformKinds: readonly TableKind[] = [
  { kind: 'nonuniform', load: loadNonuniform, select: selectNonuniform }
]
