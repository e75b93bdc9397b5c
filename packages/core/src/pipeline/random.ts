import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** FNV-1a over UTF-16 units, then a final mix so that near keys give far seeds. */
function hash(seed: number, key: string): number {
  let h = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** A generator of uniform numbers in [0, 1), split from `seed` by `path`: the same on every run and machine. */
export function randomAt(seed: number, path: readonly string[] = []): () => number {
  const generator = xoroshiro128plus(hash(seed, path.join('.')))
  return () => uniformFloat64(generator)
}
