import { randomAt } from '@slimbed/core'
import { expect, test } from 'vitest'

const draw = (seed: number, path: string[], count = 5) => {
  const random = randomAt(seed, path)
  return Array.from({ length: count }, random)
}

test('the same seed and path give the same numbers, others give others', () => {
  expect(draw(1, ['left'])).toEqual(draw(1, ['left']))
  const firsts = [draw(1, []), draw(2, []), draw(1, ['left']), draw(1, ['right']), draw(1, ['0', 'left'])].map(
    ([x]) => x
  )
  expect(new Set(firsts).size).toBe(5)
})

test('numbers are uniform in [0, 1)', () => {
  const numbers = draw(3, ['x'], 20_000)
  expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true)
  expect(numbers.reduce((sum, x) => sum + x, 0) / numbers.length).toBeCloseTo(0.5, 1)
})

test('numbers do not change between releases', () => {
  expect(draw(0, ['2', 'left'], 3)).toMatchSnapshot()
})
