import { bytesSource, isSlimbedError, load, openSource, rows } from '@slimbed/runtime'
import { safetensorsDataStart, vocabularyOf } from '@slimbed/runtime/format'
import { optionalKinds as kinds } from '@slimbed/runtime/optional-kinds'
import { expect, test } from 'vitest'
import { fileOf } from '../file-of.js'
import { generator, sample } from '../sample.js'

/** Flips of single bits; the environment variable makes it a longer search. */
const flips = Number(process.env.SLIMBED_FLIPS ?? 9000)

/** Words that cannot be made much smaller, so that their bytes are many of a file. */
const letters = generator(4000)
const words = Array.from({ length: 150 }, () => Math.floor(letters() * 2 ** 52).toString(36))

/** Files of every kind of node, with words, larger than a few blocks. */
const files = Array.from({ length: 12 }, (_, i) => {
  const { table } = sample(generator(4100 + i), 150, 24, 2)
  return fileOf(table, vocabularyOf(words))
})

/** What a reader makes of a file: undefined where it refuses it in one line. */
async function outcome<T>(read: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!isSlimbedError(error, 'corrupt-file')) throw error
    expect(error.message).toMatch(/^.{10,400}$/)
    return undefined
  }
}

test(`of ${flips} flipped bits, none gives another row or word through ranges`, async () => {
  const random = generator(20_260_101)
  const below = (count: number) => Math.floor(random() * count)
  let refused = 0
  for (let time = 0; time < flips; time++) {
    const file = files[time % files.length]
    const damaged = file.slice()
    const at = below(file.length)
    damaged[at] ^= 1 << below(8)
    const ids = [below(150), below(150)]
    const found = await outcome(async () => {
      const { table, vocabulary } = await openSource(bytesSource('file', damaged), { kinds })
      return { values: await table.read(ids), words: ids.map((row) => vocabulary?.word(row)) }
    })
    if (!found) refused++
    else {
      const values = rows(load(file, { kinds }).table, ids)
      expect(found, `byte ${at} of file ${time % files.length}`).toEqual({
        values,
        words: ids.map((row) => words[row])
      })
    }
  }
  // What lies in blocks of other rows is not looked at.
  expect(refused).toBeGreaterThan(flips / 2)
  expect(refused).toBeLessThan(flips)
})

test('a file of which one bit of the header is flipped is refused as damaged, never taken for something else', async () => {
  const [file] = files
  const end = safetensorsDataStart(file, file.length)
  for (let bit = 0; bit < end * 8; bit++) {
    const damaged = file.slice()
    damaged[bit >> 3] ^= 1 << (bit & 7)
    expect(await outcome(() => load(damaged, { kinds })), `bit ${bit}`).toBeUndefined()
    if (bit % 7 === 0)
      expect(await outcome(() => openSource(bytesSource('file', damaged), { kinds })), `bit ${bit}`).toBeUndefined()
  }
})
