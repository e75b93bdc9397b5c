import type { Model } from './model.js'

const longest = 64
const most = 10_000

/** A model that keeps the ids of short pieces: most words of a text have come before. */
export function keeping({ unknown, tokenize }: Model): Model {
  const kept = new Map<string, readonly number[]>()
  return {
    unknown,
    tokenize(piece, out) {
      const earlier = kept.get(piece)
      if (earlier) {
        for (const id of earlier) out.push(id)
        return
      }
      const from = out.length
      tokenize(piece, out)
      if (piece.length > longest) return
      if (kept.size >= most) kept.clear()
      kept.set(piece, out.slice(from))
    }
  }
}
