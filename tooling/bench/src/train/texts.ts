import { randomAt } from '@slimbed/core'

/** The shape of SST-2 with its full vocabulary: texts, their mean length, words, columns of the table. */
export const shape = { texts: 6920, words: 16_000, dim: 300, batch: 50 } as const

/** Made-up texts of 4 to 34 words, drawn by Zipf's law, with random labels. */
export function texts(): { text: string; label: string }[] {
  const random = randomAt(1, ['texts'])
  const sums = new Float64Array(shape.words)
  for (let i = 0, sum = 0; i < sums.length; i++) sums[i] = sum += 1 / (i + 1)
  const total = sums[shape.words - 1]
  const word = () => {
    const at = random() * total
    let [low, high] = [0, shape.words - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle] < at) low = middle + 1
      else high = middle
    }
    return `w${low}`
  }
  const some = Array.from({ length: shape.texts }, () => {
    const words = Array.from({ length: 4 + Math.floor(random() * 31) }, word)
    return { text: words.join(' '), label: random() < 0.5 ? 'a' : 'b' }
  })
  // Each word once more, so that the table has all of them.
  return some.map(({ text, label }, i) => {
    const more = []
    for (let own = i; own < shape.words; own += shape.texts) more.push(`w${own}`)
    return { text: `${text} ${more.join(' ')}`, label }
  })
}
