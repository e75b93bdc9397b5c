import { SlimbedError } from '@slimbed/runtime'
import { arrow } from './arrow.js'
import { bin } from './bin.js'
import { faiss } from './faiss.js'
import { foreignFormats } from './foreign.js'
import type { ForeignFormat, Format, Start } from './format.js'
import { npy } from './npy.js'
import { parquet } from './parquet.js'
import { safetensors } from './safetensors.js'
import { txt } from './txt.js'
import { vec } from './vec.js'

/**
 * All formats. The last one that recognizes an input is its format: `txt` accepts everything, and the formats after the foreign
 * ones are certain.
 */
const known = [txt, vec, bin, ...foreignFormats, faiss, npy, safetensors, parquet, arrow] as const

type AnyFormat = Exclude<(typeof known)[number], ForeignFormat>

const isRead = (format: (typeof known)[number]): format is AnyFormat => !('refusal' in format)

/**
 * The formats of vectors: `txt` is GloVe text, `vec` word2vec or fastText text (with a header line), `bin` word2vec
 * binary, `faiss` an index of FAISS that holds codes.
 */
export type VectorFormat = AnyFormat['name']

const formats: readonly Format<VectorFormat>[] = known.filter(isRead)

/** The formats that can be written; each is also the ending of such a file's name. */
export const vectorFormats: readonly VectorFormat[] = formats.filter(({ write }) => write).map(({ name }) => name)

/** The format called `name`. Throws `unsupported` for an unknown name. */
export function formatNamed(name: string): Format<VectorFormat> {
  const found = formats.find((format) => format.name === name)
  if (found) return found
  throw new SlimbedError('unsupported', `there is no format ${JSON.stringify(name)}`)
}

/**
 * The format of an input, from its content alone; one of `others`, if it has one of these.
 *
 * Throws `bad-input` for an empty file and `unsupported` for formats that are known but not read.
 */
export function formatOf(start: Start, others: readonly Format[] = []): Format {
  const { name, head } = start
  if (head.length === 0) throw new SlimbedError('bad-input', `${name}: expected vectors; the file is empty`)
  const other = others.find((format) => format.detect(start))
  if (other) return other
  const found = known.findLast((format) => format.detect(start)) ?? txt
  if (isRead(found)) return found
  throw new SlimbedError('unsupported', `${name}: this is ${found.refusal}`)
}

/** Throws `unsupported` if the start of an input is not text. It is for files of words and of counts. */
export function checkText(start: Start): void {
  const found = known.findLast((format) => format.detect(start)) ?? txt
  const refusal =
    'refusal' in found ? found.refusal : found === txt || found === vec ? undefined : `a .${found.name} file`
  if (refusal !== undefined)
    throw new SlimbedError('unsupported', `${start.name}: expected lines of text; this is ${refusal}`)
}

/** The format that a file's name asks for. Throws `bad-input` naming the endings there are. */
export function formatFor(path: string): VectorFormat {
  const format = vectorFormats.find((ending) => path.toLowerCase().endsWith(`.${ending}`))
  if (format) return format
  const endings = vectorFormats.map((ending) => `.${ending}`).join(', ')
  throw new SlimbedError('bad-input', `${path}: cannot tell the format to write; end the name in one of ${endings}`)
}
