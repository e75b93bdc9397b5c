import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `fixedpoint`. */
export const options = {
  bits: option.integer({ min: 1, max: 16, default: 8, help: 'bits of a code' }),
  scale: option.choice({
    choices: ['table', 'row', 'column', 'group'],
    default: 'row',
    help: 'what shares a scale: the table, each row, each column, or groups of columns within each row'
  }),
  groupSize: option.integer({ min: 1, default: 32, help: 'columns of a group, with scale=group' }),
  mode: option.choice({
    choices: ['symmetric', 'affine'],
    default: 'symmetric',
    help: 'a grid centred on 0, or one placed where the values lie, which stores a zero beside each scale'
  }),
  clip: option.choice({
    choices: ['none', 'mse'],
    default: 'none',
    help: 'cover every value, or clip those outside the range with the least squared error'
  }),
  scaleType: option.choice({
    choices: ['f16', 'f32'],
    default: 'f16',
    help: 'the type of scales and zeros; float32 all the same where a value does not fit float16'
  }),
  format: option.choice({
    choices: ['codes', 'f16', 'bf16'],
    default: 'codes',
    help: 'codes, or half floats instead, which the other options do not concern'
  })
} as const

/** The values of the options of `fixedpoint`. */
export type Options = OptionsOf<typeof options>

/** Throws `bad-option` for options that are set though others make them void. */
export function checkOptions(given: Options): void {
  if (given.format !== 'codes') {
    for (const name of ['bits', 'scale', 'groupSize', 'mode', 'clip', 'scaleType'] as const) {
      if (given[name] === options[name].default) continue
      const clash = `option ${name}=${given[name]} has no meaning with format=${given.format}`
      throw new SlimbedError('bad-option', `fixedpoint: ${clash}: leave one of them out`)
    }
  }
  if (given.scale !== 'group' && given.groupSize !== options.groupSize.default) {
    const clash = `option groupSize=${given.groupSize} has no meaning with scale=${given.scale}`
    throw new SlimbedError('bad-option', `fixedpoint: ${clash}: use scale=group`)
  }
}
