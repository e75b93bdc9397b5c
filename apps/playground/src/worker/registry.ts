import { createRegistry } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupreduce } from '@slimbed/groupreduce'
import { iiq } from '@slimbed/iiq'
import { lowrank } from '@slimbed/lowrank'

/** The compressors that this page has. */
export const registry = createRegistry({ fixedpoint, groupreduce, iiq, lowrank })
