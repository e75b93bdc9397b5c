import { compress, save } from '@slimbed/core'
import { encoderExtra } from '@slimbed/encoder'
import { fixedpoint } from '@slimbed/fixedpoint'
import { numbers } from '@slimbed/testing'
import { packTokenizer } from '@slimbed/tokenizer/pack'

const dim = 64

/** Words of the examples: those of one topic have rows that are alike. */
const topics = [
  ['bread', 'bake', 'fish', 'rice', 'vegetables', 'fresh', 'eat', 'dinner', 'something'],
  ['snow', 'winter', 'cold', 'mountain', 'river', 'ice', 'weather'],
  ['banks', 'interest', 'rates', 'money', 'law', 'court'],
  ['violin', 'piano', 'play', 'music', 'together']
]
const filler = Array.from({ length: 20_000 }, (_, i) => `word${i}`)
const tokens = ['[UNK]', ...topics.flat(), ...filler]

function rowsOfTokens(): Float32Array {
  const noise = numbers(tokens.length * dim, 7)
  return noise.map((value, i) => {
    const token = tokens[Math.floor(i / dim)]
    const topic = topics.findIndex((words) => words.includes(token))
    return 0.2 * value + (topic >= 0 && i % dim === topic ? 1 : 0)
  })
}

/** A static model, as `slimbed compress` writes it, in which the texts of the examples are found by their topics. */
export async function searchModel(): Promise<Uint8Array> {
  const data = rowsOfTokens()
  const rows = tokens.length
  const matrix = {
    rows,
    dim,
    read: async (start: number, count: number) => data.subarray(start * dim, (start + count) * dim)
  }
  const { table } = await compress(matrix, fixedpoint({ bits: 4, clip: 'mse' }))
  const tokenizer = packTokenizer({
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: { type: 'WordPiece', unk_token: '[UNK]', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])) }
  })
  const extra = encoderExtra({ settings: { normalize: true, skipUnknown: true }, tokenizer })
  return save({ table, extra, provenance: {} })
}
