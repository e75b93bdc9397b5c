import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bestOf } from '../src/choose-shape.js'

/** What `bestOf` finds among numbers of clusters with these scores, and which ones it tried, each with what it was handed. */
async function search(rows: number, scoreOf: (clusters: number) => number, many = true, given?: number) {
  const tried: { readonly clusters: number; readonly fewer: number | undefined }[] = []
  const best = await bestOf<{ score: number; clusters: number }>(rows, given, many, async (clusters, fewer) => {
    tried.push({ clusters, fewer: fewer?.clusters })
    return { score: scoreOf(clusters), clusters }
  })
  return { best: best.clusters, tried }
}

const counts = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096]

test('the best number of clusters is found where scores fall to it from both sides, and none where none is better', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...counts),
      fc.integer({ min: -3, max: 3 }),
      fc.boolean(),
      async (least, none, many) => {
        const scoreOf = (clusters: number) => (clusters === 0 ? none : Math.abs(Math.log2(clusters / least)))
        expect((await search(10 ** 6, scoreOf, many)).best).toBe(none <= 0 ? 0 : least)
      }
    )
  ))

test('each number is tried once, more clusters beside those of half as many, no more than a fifth of the rows', async () => {
  const { tried } = await search(10_000, (clusters) => -clusters)
  expect(tried).toEqual([
    { clusters: 0, fewer: undefined },
    { clusters: 256, fewer: undefined },
    { clusters: 512, fewer: 256 },
    { clusters: 1024, fewer: 512 }
  ])
  expect((await search(600, (clusters) => clusters - 500)).tried.map(({ clusters }) => clusters)).toEqual([
    0, 64, 32, 16
  ])
  expect((await search(500, (clusters) => -clusters)).tried).toEqual([{ clusters: 0, fewer: undefined }])
  expect((await search(10_000, (clusters) => -clusters, true, 7)).tried).toEqual([{ clusters: 7, fewer: undefined }])
  const falling = await search(2000, (clusters) => Math.abs(clusters - 64), false)
  expect(falling.tried.map(({ clusters, fewer }) => [clusters, fewer])).toEqual([
    [0, undefined],
    [256, undefined],
    [128, undefined],
    [64, undefined],
    [32, undefined],
    [16, undefined]
  ])
})

test('where all centres are drawn each time, a number that is worse by chance hides no better one beyond it', async () => {
  const scores = new Map([
    [2048, 3],
    [1024, 4],
    [512, 2],
    [256, 5]
  ])
  const scoreOf = (clusters: number) => scores.get(clusters) ?? 9
  expect((await search(15_000, scoreOf, false)).best).toBe(512)
  expect((await search(15_000, scoreOf)).best).toBe(512)
  expect((await search(15_000, (clusters) => (clusters === 1024 ? 1 : scoreOf(clusters)))).best).toBe(1024)
  expect((await search(15_000, (clusters) => (clusters === 512 ? 6 : scoreOf(clusters)))).best).toBe(256)
})
