import { trellisKinds } from '@slimbed/runtime/trellis'

/** The kinds that the tables of this study are made of, beside those that `load` knows. */
export const kindsFor = trellisKinds
