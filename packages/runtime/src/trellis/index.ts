import type { TableKind } from '../kinds/kind.js'
import { loadBitshift } from './bitshift.js'
import { loadCodebook } from './codebook.js'
import { loadHouseholder } from './householder.js'
import { loadOffset } from './offset.js'
import { loadScale, selectScale } from './scale.js'
import { selectCodebook, selectHouseholder, selectOffset, selectTrellis } from './select.js'
import { selectBitshift } from './select-bitshift.js'
import { loadTrellis } from './trellis.js'

export { bitshift, bitshiftKind } from './bitshift.js'
export type { Bitshift } from './bitshift-parts.js'
export { codebook, codebookKind, type PackedIndex, packIndex, unpackIndex } from './codebook.js'
export { householder, householderKind } from './householder.js'
export { type Machine, trellisMachine, trellisStates } from './machine.js'
export { offset, offsetKind } from './offset.js'
export type { Trellis } from './parts.js'
export { packRuns, parseRuns, type Runs } from './runs.js'
export { type RowFactors, scale, scaleKind } from './scale.js'
export { trellis, trellisKind } from './trellis.js'

/** The kinds of trellis-coded tables, to be passed as `kinds` to what reads files, by ranges too. */
export const trellisKinds: readonly TableKind[] = [
  { kind: 'trellis', load: loadTrellis, select: selectTrellis },
  { kind: 'bitshift', load: loadBitshift, select: selectBitshift },
  { kind: 'householder', load: loadHouseholder, select: selectHouseholder },
  { kind: 'codebook', load: loadCodebook, select: selectCodebook },
  { kind: 'offset', load: loadOffset, select: selectOffset },
  { kind: 'scale', load: loadScale, select: selectScale }
]
