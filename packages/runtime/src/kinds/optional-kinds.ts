import { nonuniformKinds } from '../nonuniform/index.js'
import { pqKinds } from '../pq/index.js'
import { pruneKinds } from '../prune/index.js'
import { rotateKinds } from '../rotate/index.js'
import { trellisKinds } from '../trellis/index.js'
import type { TableKind } from './kind.js'

/** The kinds of all entries besides those that every reader knows, for programs that read any file. */
export const optionalKinds: readonly TableKind[] = /* @__PURE__ */ [
  trellisKinds,
  rotateKinds,
  nonuniformKinds,
  pqKinds,
  pruneKinds
].flat()
