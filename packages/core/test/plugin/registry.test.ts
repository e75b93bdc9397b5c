import { at, defineCompressor, defineScheduler, format, option, pipeline } from '@slimbed/core'
import { createRegistry } from '@slimbed/core/plugins'
import { halves, signs } from '@slimbed/core/testing'
import { expect, test, vi } from 'vitest'

const shrink = defineCompressor({
  name: 'shrink',
  summary: 'for tests',
  options: {
    rank: option.integer({ help: 'components', min: 1 }),
    bits: option.integer({ help: 'bits', min: 1, max: 16, default: 8 }),
    scale: option.choice({ help: 'where', choices: ['table', 'row'], default: 'row' }),
    fast: option.boolean({ help: 'hurry', default: false })
  },
  compress: () => Promise.reject(new Error('not run here'))
})
const ramp = defineScheduler({
  name: 'ramp',
  summary: 'for tests',
  options: { slope: option.number({ help: 'rise a step', default: 2 }) },
  rate: (step, { slope }) => step * slope
})
const registry = createRegistry({ shrink, halves, ramp }, { packages: { iiq: '@slimbed/iiq' } })

test('a spec round-trips, defaults left out', () => {
  for (const spec of ['shrink', 'halves | shrink(rank=3, scale=table)', '0.left/shrink(bits=4) | shrink(fast=true)']) {
    expect(registry.format(registry.parse(spec))).toBe(spec)
  }
  expect(format(pipeline(pipeline(halves(), shrink()), at('left', shrink({ bits: 8 }))))).toBe(
    'halves | shrink | left/shrink'
  )
})

test('a stage has all its options in its config', () => {
  expect(registry.parse('shrink(rank=3)').config).toEqual({ rank: 3, bits: 8, scale: 'row', fast: false })
})

test.each([
  [
    'shrnk',
    'unknown-stage',
    'unknown stage "shrnk" at column 1 (known: halves, iiq, ramp, shrink); did you mean "shrink"?'
  ],
  ['halves | iiq', 'missing-package', 'stage "iiq" is not installed: npm install @slimbed/iiq'],
  [
    'shrink(bit=3)',
    'unknown-option',
    'shrink: unknown option "bit" (allowed: rank, bits, scale, fast); did you mean "bits"?'
  ],
  ['halves(x=1)', 'unknown-option', 'halves: unknown option "x" (it has no options)'],
  ['shrink(bits=17)', 'bad-option', 'shrink: option bits must be an integer from 1 to 16, not 17'],
  ['shrink(bits=2.5)', 'bad-option', 'shrink: option bits must be an integer from 1 to 16, not 2.5'],
  ['shrink(rank=0)', 'bad-option', 'shrink: option rank must be an integer of 1 or more, not 0'],
  ['shrink(rank="3")', 'bad-option', 'shrink: option rank must be an integer of 1 or more, not "3"'],
  ['shrink(scale=rows)', 'bad-option', 'shrink: option scale must be one of table, row, not "rows"'],
  ['shrink(fast=1)', 'bad-option', 'shrink: option fast must be true or false, not 1'],
  ['ramp', 'bad-input', '"ramp" is a scheduler, not a compressor'],
  ['toString', 'unknown-stage', 'unknown stage "toString"'],
  ['constructor(bits=4)', 'unknown-stage', 'unknown stage "constructor"'],
  ['left/hasOwnProperty', 'unknown-stage', 'unknown stage "hasOwnProperty"'],
  ['halves | __proto__', 'unknown-stage', 'unknown stage "__proto__" at column 10'],
  ['shrink(__proto__=1)', 'unknown-option', 'shrink: unknown option "__proto__"'],
  ['shrink(constructor=1)', 'unknown-option', 'shrink: unknown option "constructor"']
])('%s is refused: %s', (spec, code, message) => {
  expect(() => registry.parse(spec)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) })
  )
})

test('a schedule is found by name', () => {
  expect(registry.scheduler('ramp(slope=0.5)').rate(10)).toBe(5)
  expect(registry.scheduler('ramp', { slope: 3, stepsPerEpoch: 100 }).rate(10)).toBe(30)
  expect(registry.scheduler('ramp(slope=0.5)', { slope: 3 }).rate(10)).toBe(5)
  expect(() => registry.scheduler('shrink')).toThrow('expected one schedule')
  expect(() => registry.scheduler('ramp | ramp')).toThrow('expected one schedule')
})

test('what is not a plugin is refused', () => {
  expect(() => createRegistry({ signs, broken: {} as never })).toThrow('"broken" is not a slimbed plugin')
  expect(() => defineCompressor({ name: 'Bad Name', summary: '', options: {}, compress: shrink().compress })).toThrow(
    'lower-case'
  )
})

test('a stage placed by a predicate has no spec', () => {
  expect(() => format(at((path) => path.length > 1, shrink()))).toThrow('can be written as text')
  expect(() => at('', shrink())).toThrow('expected a role')
})

test('options and configs are looked up among their own names only', () => {
  const odd = defineCompressor({
    name: 'odd',
    summary: 'for tests',
    options: {
      constructor: option.integer({ help: 'a number', default: 3 }),
      valueOf: option.integer({ help: 'a number' })
    },
    compress: () => Promise.reject(new Error('not run here'))
  })
  expect(odd().config).toEqual({ constructor: 3 })
  expect(format(odd({ valueOf: 2 } as never))).toBe('odd(valueOf=2)')
  const stage = { name: 'plain', config: JSON.parse('{"toString":1,"__proto__":2}'), compress: shrink().compress }
  expect(format(stage)).toBe('plain(toString=1, __proto__=2)')
  expect(() => shrink(JSON.parse('{"__proto__":1}'))).toThrow('unknown option "__proto__"')
})

test('a compressor that another copy of core defined is formatted and made again all the same', async () => {
  vi.resetModules()
  const copy = await import('@slimbed/core')
  expect(copy.defineCompressor).not.toBe(defineCompressor)
  const other = copy.defineCompressor({
    name: 'shrink',
    summary: 'for tests',
    options: shrink.options,
    compress: () => Promise.reject(new Error('not run here'))
  })
  const mixed = createRegistry({ shrink: other, halves })
  const made = mixed.parse('halves | left/shrink(bits=4)')
  expect(mixed.format(made)).toBe('halves | left/shrink(bits=4)')
  expect(copy.format(made)).toBe('halves | left/shrink(bits=4)')
  expect(other({ rank: 2 }).plugin).toBe(other)
})
