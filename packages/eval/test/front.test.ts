import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Front, type FrontPoint, frontOf } from '../src/index.js'
import { renderFront } from '../src/report/index.js'

const point = fc.record({
  pipeline: fc.constantFrom('a', 'b(x=1)', 'c | d'),
  family: fc.constantFrom('a', 'b', 'c | d'),
  bytes: fc.integer({ min: 1000, max: 2000 }),
  relativeError: fc.double({ min: 0, max: 1, noNaN: true }),
  meanCosine: fc.double({ min: -1, max: 1, noNaN: true }),
  neighboursKept: fc.double({ min: 0, max: 1, noNaN: true }),
  seconds: fc.double({ min: 0, max: 100, noNaN: true })
})
const front = (points: readonly FrontPoint[], more: Partial<Front> = {}): Front => ({
  input: { path: 'in.bin', rows: 100, dim: 10 },
  measure: 'error',
  points,
  ...more
})

test('the front: each point loses less than every smaller file, and nothing that is left out does', () => {
  fc.assert(
    fc.property(fc.array(point, { maxLength: 20 }), fc.constantFrom('error', 'cosine', 'kept'), (points, measure) => {
      const lossOf = (one: FrontPoint) =>
        measure === 'error' ? one.relativeError : measure === 'cosine' ? -one.meanCosine : -one.neighboursKept
      const found = frontOf(points, measure)
      const isBeaten = (one: FrontPoint) =>
        found.some((other) => other !== one && other.bytes <= one.bytes && lossOf(other) <= lossOf(one) + 1e-12)
      for (const one of points) expect(found.includes(one) || isBeaten(one)).toBe(true)
      for (const [i, one] of found.entries()) {
        if (i === 0) continue
        expect(one.bytes).toBeGreaterThan(found[i - 1].bytes)
        expect(lossOf(one)).toBeLessThanOrEqual(lossOf(found[i - 1]))
      }
    })
  )
})

const made = (pipeline: string, family: string, bytes: number, relativeError: number): FrontPoint => ({
  ...{ pipeline, family, bytes, relativeError, meanCosine: 1 - relativeError, seconds: 0.5 },
  neighboursKept: 1 - relativeError,
  scores: [
    { kind: 'similarity', task: 'pairs', measure: 'spearman', value: 0.5 - relativeError },
    { kind: 'similarity', task: 'pairs', measure: 'spearman, known pairs', value: 0.9 }
  ]
})

test('a page that loads nothing, with a plot for each figure, and every point in it', () => {
  const points = [
    made('a(bits=1)', 'a', 1000, 0.5),
    made('b | a', 'b | a', 1500, 0.6),
    made('a(bits=2)', 'a', 2000, 0.25),
    made('a(bits=32)', 'a', 4000, 0)
  ]
  const original = [{ kind: 'similarity', task: 'pairs', measure: 'spearman', value: 0.5 }] as const
  const page = renderFront(front(points, { original, tasks: '</script><b>tasks' }))
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
  expect(page).not.toMatch(/<link|<img|@import|url\(|\ssrc=|\shref=|<b>/)
  expect(page.match(/aria-label="bytes against [^"]+"/g)).toEqual([
    'aria-label="bytes against relative error"',
    'aria-label="bytes against mean cosine"',
    'aria-label="bytes against neighbours kept (%)"',
    'aria-label="bytes against similarity × 100"'
  ])
  // A logarithm has no place for an error of 0.
  const marked = page.match(/data-point="(\d)"/g) ?? []
  expect(marked).toHaveLength(4 * 4 - 1)
  const [, json = ''] = /id="points">(.*?)<\/script>/.exec(page) ?? []
  const said: [string, ...[string, string][]][] = JSON.parse(json)
  expect(said.map(([title]) => title)).toEqual(points.map(({ pipeline }) => pipeline))
  expect(said[0]).toContainEqual(['similarity × 100', '0.0'])
  expect(page.match(/<code>b \| a<\/code>/g)).toHaveLength(1)
  expect(page.match(/<code>a\(bits=1\)<\/code>/g)).toHaveLength(2)
})
