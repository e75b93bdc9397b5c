import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `fixedpoint`. */
export const options = {
  bits: option.integer({ min: 1, max: 16, default: 8, help: 'bits per value' }),
  scale: option.choice({
    choices: ['table', 'row', 'column', 'group'],
    default: 'row',
    help: 'which values share a scale: the table, each row, each column, or each group of columns within a row'
  }),
  groupSize: option.integer({ min: 1, default: 32, help: 'columns per group, with scale=group' }),
  mode: option.choice({
    choices: ['symmetric', 'affine'],
    default: 'symmetric',
    help: 'levels centred on 0; or placed where the values are, with a zero stored for each scale'
  }),
  clip: option.choice({
    choices: ['none', 'mse'],
    default: 'none',
    help: 'cover every value; or clip outliers so that the squared error is smallest'
  }),
  levels: option.choice({
    choices: ['uniform', 'lloyd'],
    default: 'uniform',
    help: 'levels at equal distances; or placed where the squared error is smallest (Lloyd-Max), for up to 8 bits'
  }),
  scaleType: option.choice({
    choices: ['f16', 'f32', 'log8'],
    default: 'f16',
    help: 'type of scales and zeros; f32 is used anyway if a value does not fit f16; log8, with levels=lloyd, takes one byte'
  }),
  format: option.choice({
    choices: ['codes', 'f16', 'bf16'],
    default: 'codes',
    help: 'codes; or half floats, without any other option'
  })
} as const

/** The values of the options of `fixedpoint`. */
export type Options = OptionsOf<typeof options>

/** Throws `bad-option` for options that do not go with the levels. */
function checkLevels({ levels, bits, mode, clip, scaleType }: Options): void {
  const clash = (given: string, advice: string) => {
    throw new SlimbedError('bad-option', `fixedpoint: ${given} does not go with levels=${levels}: ${advice}`)
  }
  if (levels === 'uniform') {
    if (scaleType === 'log8') clash('option scaleType=log8', 'use levels=lloyd')
    return
  }
  if (bits > 8) clash(`option bits=${bits}`, 'use up to 8 bits')
  if (mode === 'affine') clash('option mode=affine', 'fitted levels lie where the values are; leave it out')
  if (clip === 'mse') clash('option clip=mse', 'fitted levels and scales have the least squared error; leave it out')
}

/** Throws `bad-option` for options that have no effect together with the others. */
export function checkOptions(given: Options): void {
  if (given.format !== 'codes') {
    for (const name of ['bits', 'scale', 'groupSize', 'mode', 'clip', 'levels', 'scaleType'] as const) {
      if (given[name] === options[name].default) continue
      const clash = `option ${name}=${given[name]} has no meaning with format=${given.format}`
      throw new SlimbedError('bad-option', `fixedpoint: ${clash}: leave one of them out`)
    }
  }
  checkLevels(given)
  if (given.scale !== 'group' && given.groupSize !== options.groupSize.default) {
    const clash = `option groupSize=${given.groupSize} has no meaning with scale=${given.scale}`
    throw new SlimbedError('bad-option', `fixedpoint: ${clash}: use scale=group`)
  }
}
