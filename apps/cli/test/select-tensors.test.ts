import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matches } from '../src/open/select-tensors.js'

test('a star stands for any characters', () => {
  const text = (letters: string[]) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 8 })
  fc.assert(
    fc.property(text(['a', 'b', '*']), text(['a', 'b', '\n']), (pattern, name) => {
      const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 's').test(name)
      expect(matches(pattern, name)).toBe(expected)
    })
  )
})

test('many stars and a long name are no matter of minutes', () => {
  expect(matches(`${'*a'.repeat(30)}*b`, 'a'.repeat(1_000_000))).toBe(false)
  expect(matches(`${'*a'.repeat(30)}*b`, `${'a'.repeat(1_000_000)}b`)).toBe(true)
})
