import type { Subject } from '../subject.js'
import { type SentenceVectors, sentenceVectors } from './features.js'

/** How many texts are encoded at a time. */
const some = 1024

/** The vectors of texts by a sentence model; zeros count as not known. */
function encoded(encode: NonNullable<Subject['encode']>, dim: number, texts: readonly string[]): SentenceVectors {
  const data = new Float32Array(texts.length * dim)
  let covered = 0
  for (let start = 0; start < texts.length; start += some)
    data.set(encode(texts.slice(start, start + some)), start * dim)
  for (let i = 0; i < texts.length; i++) {
    if (data.subarray(i * dim, (i + 1) * dim).some((value) => value !== 0)) covered++
  }
  return { count: texts.length, dim, data, covered }
}

/** Vectors of texts: by the sentence model where the subject is one, else the means of the known words between spaces. */
export const textVectors = (subject: Subject, texts: readonly string[]): SentenceVectors =>
  subject.encode
    ? encoded(subject.encode, subject.table.dim, texts)
    : sentenceVectors(
        subject,
        texts.map((text) => text.split(/\s+/))
      )
