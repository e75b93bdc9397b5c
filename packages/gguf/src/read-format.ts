import type { Format } from '@slimbed/io'
import { readGgufHeader } from './header/parse.js'
import { ggufMatrix, tokenTable } from './matrix.js'
import { ggufWords } from './words.js'

/** What `gguf` reads. */
export const readGguf: Format<'gguf'>['read'] = async (input, { tensor = tokenTable }) => {
  const source = await input.random()
  const header = await readGgufHeader(source)
  const matrix = ggufMatrix(source, header, tensor)
  const found = ggufWords(header, tensor, source.name)
  return { matrix, vocabulary: found?.words, warnings: found?.warnings ?? [] }
}
