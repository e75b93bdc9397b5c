import { loadEncoder, openEncoder } from '@slimbed/encoder'

// What other engines than browsers run: plain data in, plain data out.

/** The vectors of texts, one after another, from the bytes of a model. */
export async function encode(bytes: Uint8Array, texts: readonly string[]): Promise<number[]> {
  const model = await loadEncoder(bytes)
  return [...model.encode(texts)]
}

/** The same from a URL, of which only the rows of the texts are read. */
export async function encodeByRanges(url: string, texts: readonly string[]): Promise<number[]> {
  const model = await openEncoder(url)
  if (model.whole) throw new Error('the whole file was read')
  return [...(await model.encode(texts))]
}
