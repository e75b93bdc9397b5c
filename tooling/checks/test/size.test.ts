import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { root } from './workspace.js'

/** Bytes of a program as a page would get it: bundled, minified, gzipped. */
async function gzipped(program: string, external: readonly string[] = []): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: join(root, 'packages/core'), loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['@slimbed/source'],
    write: false,
    external: [...external]
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).length
}

const runtime = "'@slimbed/runtime'"
const tokenizer = JSON.stringify(join(root, 'packages/tokenizer/src/index.ts'))
const programs: readonly [string, number, string][] = [
  [
    'reading rows of the kinds that a page uses',
    6,
    `import { denseKind, loadTable, productKind, quantizedKind } from ${runtime}
     export const rowOf = (bytes, row, out) =>
       loadTable(bytes, { kinds: [denseKind, productKind, quantizedKind] }).table.readRow(row, out)`
  ],
  [
    'reading rows of entropy-coded tables',
    9,
    `import { denseKind, loadTable, productKind, sumKind } from ${runtime}
     import { codebookKind, householderKind, offsetKind, trellisKind } from '@slimbed/runtime/trellis'
     export const rowOf = (bytes, row, out) =>
       loadTable(bytes, { kinds: [denseKind, productKind, sumKind, trellisKind, householderKind, codebookKind, offsetKind] }).table.readRow(row, out)`
  ],
  [
    'reading rows of fixed bits',
    10.5,
    `import { loadTable, productKind, quantizedKind, sumKind } from ${runtime}
     import { bitshiftKind, codebookKind, householderKind, offsetKind, trellisKind } from '@slimbed/runtime/trellis'
     export const rowOf = (bytes, row, out) =>
       loadTable(bytes, { kinds: [quantizedKind, productKind, sumKind, bitshiftKind, trellisKind, householderKind, codebookKind, offsetKind] }).table.readRow(row, out)`
  ],
  [
    'reading rows of rotated codes',
    8,
    `import { loadTable, productKind } from ${runtime}
     import { nonuniformKinds } from '@slimbed/runtime/nonuniform'
     import { rotateKinds } from '@slimbed/runtime/rotate'
     export const rowOf = (bytes, row, out) =>
       loadTable(bytes, { kinds: [productKind, ...rotateKinds, ...nonuniformKinds] }).table.readRow(row, out)`
  ],
  [
    'reading rows of product-quantized tables, rotated or not',
    8,
    `import { denseKind, loadTable, productKind } from ${runtime}
     import { concatKind } from '@slimbed/runtime/pq'
     import { codebookKind, householderKind } from '@slimbed/runtime/trellis'
     export const rowOf = (bytes, row, out) =>
       loadTable(bytes, { kinds: [denseKind, productKind, concatKind, codebookKind, householderKind] }).table.readRow(row, out)`
  ],
  ['search by tables of codebooks', 6, `export { tableSearcher } from '@slimbed/runtime/pq'`],
  [
    'reading rows of pruned tables',
    7,
    `import { denseKind, loadTable } from ${runtime}
     import { pruneKinds } from '@slimbed/runtime/prune'
     export const rowOf = (bytes, row, out) => loadTable(bytes, { kinds: [denseKind, ...pruneKinds] }).table.readRow(row, out)`
  ],
  [
    'vectors of unknown words, beside load',
    12,
    `export { load } from ${runtime}
     export { subwordsOf } from '@slimbed/runtime/subwords'`
  ],
  ['load, with every kind, the vocabulary and checksums', 11, `export { load } from ${runtime}`],
  ['everything', 15, `export * from ${runtime}`],
  ['a tokenizer of its tokenizer.json', 13, `export { tokenizerFrom } from ${tokenizer}`],
  ['a packed tokenizer', 15.5, `export { unpackTokenizer } from ${tokenizer}`],
  [
    'text to rows: a packed tokenizer and rows of the kinds that a page uses',
    21,
    `import { denseKind, loadTable, productKind, quantizedKind } from ${runtime}
     import { unpackTokenizer } from ${tokenizer}
     export const textRows = (bytes, packed, text, out) => {
       const { table } = loadTable(bytes, { kinds: [denseKind, productKind, quantizedKind] })
       for (const id of unpackTokenizer(packed).encode(text)) table.readRow(id, out)
     }`
  ]
]

// The limits are in units of 1,000 bytes.
test.each(programs)('the runtime stays small: %s in %d kB', async (_, limit, program) => {
  expect(await gzipped(program)).toBeLessThanOrEqual(limit * 1000)
})

/** What `@slimbed/encoder` imports where a file has such kinds: no part of what every page loads. */
const kindsOfSome = ['trellis', 'rotate', 'nonuniform', 'pq', 'prune'].map((entry) => `@slimbed/runtime/${entry}`)
const encoder = join(root, 'packages/encoder/src/index.ts')

test.each([
  ['a file in memory', 27, `export { loadEncoder } from ${JSON.stringify(encoder)}`],
  ['rows by ranges, too', 31, `export { loadEncoder, openEncoder } from ${JSON.stringify(encoder)}`]
])('text to vectors stays small, tokenizers included: %s in %d kB', async (_, limit, program) => {
  expect(await gzipped(program, kindsOfSome)).toBeLessThanOrEqual(limit * 1000)
})
