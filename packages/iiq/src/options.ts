import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `iiq`. */
export const options = {
  bits: option.integer({ min: 1, max: 65536, help: 'bits per row (default: as many as columns)' }),
  remove: option.integer({
    min: 0,
    help: 'number of leading principal directions to remove (default: one per 100 columns, at least 1)'
  }),
  center: option.boolean({ default: true, help: 'whether the mean of the rows is subtracted first' }),
  init: option.choice({
    choices: ['random', 'pca', 'axes'],
    default: 'random',
    help: 'the first rotation: random, the principal directions, or none (the columns as they are)'
  }),
  iterations: option.integer({ min: 0, max: 10_000, default: 50, help: 'most iterations to learn the rotation' }),
  tolerance: option.number({
    min: 0,
    max: 1,
    default: 1e-5,
    help: 'stop when an iteration lowers the loss by less than this share'
  }),
  accelerate: option.choice({
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    help: 'whether one pass over the training rows replaces five iterations (auto: if a pass takes more than 2^31 multiplications)'
  }),
  trainRows: option.integer({
    min: 1,
    default: 50_000,
    help: 'number of rows, drawn at random, that the rotation is learned from'
  }),
  space: option.choice({
    choices: ['codes', 'decoded', 'vectors'],
    default: 'codes',
    help: 'codes: a table of ±1, for similarity; decoded: codes times a basis, for similarity; vectors: an approximation of the rows'
  }),
  normalize: option.boolean({
    default: false,
    help: 'whether rows are scaled to length 1 first, so that all count equally (not with space=vectors)'
  }),
  refine: option.integer({
    min: 0,
    max: 100,
    default: 0,
    help: 'rounds of improving the basis for the codes and the codes for the basis (not with space=codes)'
  }),
  scale: option.choice({
    choices: ['row', 'table'],
    default: 'row',
    help: 'with space=vectors: one scale per row, or one for the table'
  })
} as const

/** The values of the options of `iiq`. */
export type Options = OptionsOf<typeof options>

/** How many directions are removed, and how many bits the others get. */
export interface Plan {
  /** Leading principal directions that are removed. */
  readonly remove: number
  /** Principal directions after those, which the codes are made from. */
  readonly kept: number
  /** Bits of a row, at least `kept`. */
  readonly bits: number
}

const refuse = (message: string): never => {
  throw new SlimbedError('bad-option', `iiq: ${message}`)
}

/** Throws `bad-option` for options that contradict each other. */
export function checkOptions({ space, normalize, refine }: Options): void {
  if (normalize && space === 'vectors') {
    refuse('normalize=true forgets the lengths of the rows, and space=vectors needs them: use space=decoded or codes')
  }
  if (refine > 0 && space === 'codes') {
    refuse(
      `refine=${refine} fits codes to the basis that decodes them, and space=codes has none: use decoded or vectors`
    )
  }
}

/**
 * The plan for rows of `dim` columns, which have `width` principal directions: one for each column, or each row where those are
 * fewer. Throws `bad-option` for options that such rows do not allow.
 */
export function planFor(dim: number, width: number, { remove: asked, bits: given, init }: Options): Plan {
  const remove = asked ?? Math.min(width - 1, Math.max(1, Math.round(dim / 100)))
  const sides = width < dim ? 'rows' : 'columns'
  if (remove >= width) refuse(`remove=${remove} leaves nothing of ${width} ${sides}: use at most ${width - 1}`)
  const left = width - remove
  const bits = given ?? (init === 'pca' ? left : dim)
  if (init === 'pca' && bits > left) {
    refuse(
      `init=pca has ${left} directions for bits=${bits} (${width} ${sides}, ${remove} removed): use at most ${left}`
    )
  }
  if (init === 'axes' && bits !== dim) refuse(`init=axes makes one bit of each of the ${dim} columns, not bits=${bits}`)
  return { remove, kept: Math.min(bits, left), bits }
}
