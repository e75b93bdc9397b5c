import type { TableKind } from '@slimbed/runtime'

/** The kinds of all entries of the runtime. They are loaded where a file is read, since commands that only write need none of them. */
export const everyKind = async (): Promise<readonly TableKind[]> =>
  (await import('@slimbed/runtime/optional-kinds')).optionalKinds
