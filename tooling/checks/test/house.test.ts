import { expect, test } from 'vitest'
import { figuresOf, readSources } from '../figures.mjs'

const { circles, tooLong, casts, assertions, medianLines } = figuresOf(readSources())

// `node tooling/checks/house.mjs` says where they are.

test('no file imports itself by way of others, types included', () => expect(circles).toEqual([]))

test('no file is too long', () => expect(tooLong).toEqual([]))

test('files are small, and not crumbs', () => {
  expect(medianLines).toBeGreaterThanOrEqual(40)
  expect(medianLines).toBeLessThanOrEqual(70)
})

test('sources seldom overrule the compiler', () => {
  expect(casts).toBeLessThanOrEqual(3.2)
  // Of those that the compiler does not ask for there is none: decision 0026.
  expect(assertions).toBeLessThanOrEqual(5)
})
