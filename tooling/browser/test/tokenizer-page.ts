import { tokenizerFrom, unpackTokenizer } from '@slimbed/tokenizer'

const json = async (url: string) => (await fetch(url)).json()

/** The texts of `golden.json` whose ids differ, of each kind. */
export async function differences(): Promise<readonly string[]> {
  const { texts, kinds } = (await json('/golden.json')) as {
    texts: string[]
    kinds: Record<string, { tokenizer: object; ids: number[][] }>
  }
  return Object.entries(kinds).flatMap(([name, { tokenizer: file, ids }]) => {
    const tokenizer = tokenizerFrom(file)
    return texts.filter((text, i) => tokenizer.encode(text).join() !== ids[i].join()).map((text) => `${name}: ${text}`)
  })
}

/** The ids of a text by a packed tokenizer. */
export async function packedIds(text: string): Promise<readonly number[]> {
  return [...unpackTokenizer(new Uint8Array(await (await fetch('/packed')).arrayBuffer())).encode(text)]
}

Object.assign(globalThis, { differences, packedIds })
