import { artefact, ours, peer, type Setting } from './commands.js'
import type { Case } from './compare.js'
import type { Contender } from './contender.js'
import { fileBytes, tableFile } from './files.js'

// What is done with an artefact: rows looked up, the first one, the nearest ones.

/** Rows looked up at random in a table that is larger than the processor's cache, by one thread. */
export async function lookingUp(setting: Setting, rows: number, dim: number, count: number): Promise<Case> {
  const input = await tableFile(setting.folder, { rows, dim, seed: 5 }, 'npy')
  const contenders: Contender[] = []
  const add = (label: string, file: string, mode: string) => {
    for (const [place, script] of [
      ['Node', 'lookup.js'],
      ['Chromium', 'lookup-chromium.js']
    ] as const) {
      contenders.push(ours(`${label} (${place})`, script, file, mode, String(count)))
    }
  }
  const eight = await artefact(setting, rows, dim, 'fixedpoint(bits=8)')
  add('plain Float32Array copy', eight, 'copy')
  add('fixedpoint(bits=8)', eight, 'table')
  for (const bits of [4, 1]) {
    add(`fixedpoint(bits=${bits})`, await artefact(setting, rows, dim, `fixedpoint(bits=${bits})`), 'table')
  }
  const factors = await artefact(setting, rows, dim, 'lowrank(rank=75)')
  add('lowrank(rank=75)', factors, 'table')
  add('lowrank(rank=75), SIMD', factors, 'simd')
  for (const mode of ['copy', 'codes', 'product']) {
    contenders.push(peer(setting, `NumPy, ${mode}`, 'numpy_lookup.py', input, mode, String(count)))
  }
  const what = `looking up ${count} random rows of ${rows} × ${dim}, one thread`
  return { name: `lookup-${rows}`, what, bytes: count * dim * 4, rows: count, contenders }
}

const entropyCoded = 'trellis(bits=2, states=64, block=1)'

/** Rows of an entropy-coded table, and its coefficients before they are rotated back, beside a copy of all values. */
export async function decoding(setting: Setting, rows: number, dim: number, count: number): Promise<Case> {
  const file = await artefact(setting, rows, dim, entropyCoded, 2)
  const look = (label: string, ...how: string[]) =>
    ours(`${label} (Node)`, 'lookup.js', file, how[0], String(count), ...how.slice(1))
  const engines = [
    ['JavaScript', 'table'],
    ['WebAssembly', 'simd']
  ] as const
  const of = (label: string, ...how: string[]) =>
    engines.map(([engine, mode]) => look(`${label}, ${engine}`, mode, ...how))
  return {
    name: `decode-${rows}`,
    what: `looking up ${count} rows of ${rows} × ${dim}, ${entropyCoded}, one thread, user CPU`,
    bytes: count * dim * 4,
    rows: count,
    contenders: [
      look('plain Float32Array copy, random', 'copy'),
      ...of('rows, random', 'rows', 'random'),
      ...of('coefficients, random', 'coefficients', 'random'),
      ...of('coefficients, sequential', 'coefficients', 'sequential')
    ]
  }
}

/** The nearest rows of an entropy-coded table, by codes in memory. */
export async function nearest(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await artefact(setting, rows, dim, entropyCoded, 2)
  const queries = 50
  const by = (name: string, count: number, ...how: string[]) => ours(name, 'nearest.js', file, String(count), ...how)
  return {
    name: `nearest-${rows}`,
    what: `the 10 nearest of ${rows} × ${dim}, ${entropyCoded}, ${queries} queries one after another, one thread, user CPU`,
    bytes: queries * rows * dim,
    contenders: [
      by('8 bits in memory (WebAssembly SIMD)', queries, 'bytes', 'simd'),
      by('8 bits in memory (JavaScript)', queries, 'bytes', 'plain'),
      by('signs in memory (WebAssembly SIMD)', queries, 'signs', 'simd'),
      by('signs in memory (JavaScript)', queries, 'signs', 'plain'),
      peer(
        setting,
        'faiss IndexScalarQuantizer, 8 bits, of the table itself',
        'faiss_scalar.py',
        await tableFile(setting.folder, { rows, dim, seed: 2 }, 'npy'),
        String(queries)
      )
    ]
  }
}

/** From calling `loadUrl` or `openUrl` to a word's vector, in a page that has the module: the first time, and once more. */
export async function fetching(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await artefact(setting, rows, dim, entropyCoded)
  const word = `word${(rows >> 1).toString(36)}`
  const by = (name: string, ...how: string[]) =>
    ours(`slimbed, ${name} (Chromium)`, 'fetched-chromium.js', file, ...how)
  return {
    name: `fetched-vector-${rows}`,
    what: `first vector of ${rows} × ${dim}, ${entropyCoded}, from the call that fetches it from a server of this machine, in an open page with its module`,
    bytes: fileBytes(file),
    contenders: [
      by('loadUrl', 'whole', word),
      by('openUrl', 'ranges', word),
      by('loadUrl, a second time in the page', 'whole', word, 'again'),
      by('openUrl, a second time in the page', 'ranges', word, 'again')
    ]
  }
}

/** From the bytes of an artefact in memory to a word's vector, in a fresh process or page. */
export async function startingUp(setting: Setting, rows: number, dim: number): Promise<Case> {
  const file = await artefact(setting, rows, dim, 'fixedpoint(bits=4)')
  const word = `word${(rows >> 1).toString(36)}`
  return {
    name: `first-vector-${rows}`,
    what: `first vector of ${rows} × ${dim} at 4 bits, from bytes in memory, checksums included`,
    bytes: fileBytes(file),
    contenders: [
      ours('slimbed (Node)', 'lookup.js', file, 'first', word),
      ours('slimbed (Chromium)', 'lookup-chromium.js', file, 'first', word)
    ]
  }
}
