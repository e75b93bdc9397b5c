import { readFileSync } from 'node:fs'
import { Tokenizer } from '@huggingface/tokenizers'

/** The lines of a set of labelled sentences, without their labels. */
export const linesIn = (data, file) =>
  readFileSync(`${data}/classification/${file}`, 'latin1')
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(line.indexOf(' ') + 1))

/** Sentences: the first questions of TREC's test and the first sentences of SST-2's test, so many of each. */
export const sentencesIn = (data, each = 500) =>
  ['TREC.test.all', 'stsa.binary.test'].flatMap((file) => linesIn(data, file).slice(0, each))

/** The tokenizer of a folder. */
export function tokenizerIn(folder) {
  const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))
  return new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'))
}

/** A function that gives the embedding of each sentence by a model: the mean of its tokens' vectors, of length 1. */
export async function encoderOf(folder, { module }) {
  const tokenizer = tokenizerIn(folder)
  return async (model, sentences) => {
    const session = await module.InferenceSession.create(model, { logSeverityLevel: 3 })
    const long = (values) => new module.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
    const embeddings = []
    for (const sentence of sentences) {
      const { ids } = tokenizer.encode(sentence)
      const feeds = { input_ids: ids, attention_mask: ids.map(() => 1), token_type_ids: ids.map(() => 0) }
      const given = session.inputNames.map((name) => [name, long(feeds[name])])
      const made = await session.run(Object.fromEntries(given))
      const { data, dims } = session.outputNames.map((name) => made[name]).find(({ type }) => type === 'float32')
      const dim = dims.at(-1)
      const sum = new Float64Array(dim)
      for (const [i, value] of data.entries()) sum[i % dim] += value
      const length = Math.hypot(...sum)
      embeddings.push(sum.map((value) => value / length))
    }
    await session.release()
    return embeddings
  }
}

function dot(a, b) {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** The ten nearest of each. */
function neighboursOf(embeddings) {
  return embeddings.map((own, i) => {
    const scores = embeddings.map((other, j) => ({ j, score: j === i ? -Infinity : dot(own, other) }))
    return new Set(
      scores
        .sort((a, b) => b.score - a.score)
        .slice(0, 10)
        .map(({ j }) => j)
    )
  })
}

/** The mean cosine of embeddings with those of the original, and the part of the ten nearest neighbours that is kept. */
export function likenessOf(wanted, got) {
  const cosine = wanted.reduce((sum, own, i) => sum + dot(own, got[i]), 0) / wanted.length
  const [before, after] = [neighboursOf(wanted), neighboursOf(got)]
  const kept = before.reduce((sum, own, i) => sum + [...own].filter((j) => after[i].has(j)).length, 0)
  return { cosine, kept: kept / (10 * wanted.length) }
}
