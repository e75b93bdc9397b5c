import { encode, isSlimbedError, load, loadUrl, nearest, openUrl, rows } from '@slimbed/runtime'
import { accelerate } from '@slimbed/runtime/simd'

// What tests call in a page or a worker: plain data in, plain data out.

const bytesAt = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer())
const everyRow = (count: number) => Array.from({ length: count }, (_, row) => row)

/** Where two files of 32-bit words first differ, compared as bits; −1 nowhere. */
function firstDifference(a: Float32Array, b: Uint8Array): number {
  const [mine, theirs] = [new Uint32Array(a.buffer), new Uint32Array(b.buffer)]
  return mine.length === theirs.length ? mine.findIndex((word, i) => word !== theirs[i]) : 0
}

export const tasks = {
  /** Loads an artefact and compares its rows, also by SIMD, with those that Node has computed. */
  async compareRows(url: string, expected: string, expectedSimd: string) {
    const { table } = load(await bytesAt(url))
    const ids = everyRow(table.rows)
    return [
      firstDifference(rows(table, ids), await bytesAt(expected)),
      firstDifference(rows(accelerate(table), ids), await bytesAt(expectedSimd))
    ]
  },

  async search(url: string, word: string) {
    const steps: number[] = []
    const { table, vocabulary } = await loadUrl(url, { progress: (done) => steps.push(done) })
    const query = rows(table, [vocabulary!.find(word)])
    const found = nearest(table, query, { k: 5 })
    const words = found.map(({ row }) => vocabulary!.word(row))
    return { words, scores: found.map(({ score }) => score), received: steps.at(-1) }
  },

  async encodeText(url: string, text: string) {
    return [...encode(load(await bytesAt(url)), text)]
  },

  /** Reads the rows of words by ranges; resolves to the rows and to the bytes of the vocabulary and of the rest. */
  async readByRange(url: string, words: readonly string[]) {
    const { table, vocabulary, sizes, whole } = await openUrl(url)
    const found = await table.read(words.map((word) => vocabulary!.find(word)))
    return { rows: [...found], vocabulary: sizes.vocabulary, table: sizes.table, whole }
  },

  async refusals(urls: readonly string[]) {
    const codes: string[] = []
    for (const url of urls) {
      for (const open of [loadUrl, openUrl]) {
        await open(url).catch((error: unknown) => codes.push(isSlimbedError(error) ? error.code : `${error}`))
      }
    }
    return codes
  },

  /** Holds the bytes of a file, as a page would before it loads them. */
  async hold(url: string) {
    state.bytes = await bytesAt(url)
    return state.bytes.length
  },

  /** Loads the held bytes and uses the table; what it keeps is dropped by the next call. */
  async use(times: number, copy: boolean) {
    for (let i = 0; i < times; i++) {
      const artefact = load(copy ? state.bytes.slice() : state.bytes)
      const { table, vocabulary } = artefact
      const fast = accelerate(table)
      const query = rows(fast, [vocabulary!.find('water')])
      state.kept = [artefact, fast, nearest(table, query, { k: 3 })]
    }
  },

  /** Drops what the last use kept, not the bytes. */
  release() {
    state.kept = []
  },

  drop() {
    state.bytes = new Uint8Array()
    state.kept = []
  }
}

/** What the page holds from one task to the next. */
export const state: { bytes: Uint8Array; kept: readonly unknown[] } = { bytes: new Uint8Array(), kept: [] }

/** What a page or a worker is told over a message. */
interface Call {
  readonly name: keyof typeof tasks
  readonly args: readonly never[]
}

const run = ({ name, args }: Call): unknown => (tasks[name] as (...args: readonly never[]) => unknown)(...args)

Object.assign(globalThis, { run })
// In a worker there is no document.
if (typeof document === 'undefined') {
  globalThis.addEventListener('message', async ({ data }: MessageEvent<Call>) =>
    globalThis.postMessage(await run(data))
  )
} else {
  const call = (data: Call) =>
    new Promise((resolve, reject) => {
      const worker = new Worker('/page.js', { type: 'module' })
      worker.onmessage = ({ data: result }) => {
        worker.terminate()
        resolve(result)
      }
      worker.onerror = ({ message }) => reject(new Error(message))
      worker.postMessage(data)
    })
  Object.assign(globalThis, { runInWorker: call })
}
