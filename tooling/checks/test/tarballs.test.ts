import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { run } from './pack.js'
import { type Manifest, published } from './workspace.js'

const scratch = mkdtempSync(join(tmpdir(), 'slimbed-unpacked-'))
const tarballs = inject('tarballs')

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Unpacks a package's tarball; returns its folder and its files. */
async function unpacked(name: string) {
  const folder = join(scratch, name.replace('/', '.'))
  mkdirSync(folder, { recursive: true })
  await run(scratch, 'tar', '-xzf', tarballs[name], '-C', folder)
  const all = readdirSync(join(folder, 'package'), { recursive: true, encoding: 'utf8', withFileTypes: true })
  const files = all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + '/package/'.length))
  return { folder: join(folder, 'package'), files: files.map((file) => file.replaceAll('\\', '/')).sort() }
}

/** Other packages that declarations refer to. */
const typesFrom = (text: string) =>
  [...text.matchAll(/(?:from|import\()\s*['"]([^'".][^'"]*)['"]/g)].map(([, specifier]) => specifier)

describe.each(published)('$manifest.name', ({ manifest: { name } }) => {
  test('holds what a user needs and nothing else', async () => {
    const { files } = await unpacked(name)
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    const known =
      /^(LICENSE|README\.md|package\.json|dist\/.+\.(js|d\.ts)|bin\/.+\.js|data\/.+\.(bin|tsv)|wasm\/.+\.wasm)$/
    expect(files.filter((file) => !known.test(file))).toEqual([])
  })

  test('refers to nothing that only the workspace knows', async () => {
    const { folder, files } = await unpacked(name)
    const text = readFileSync(join(folder, 'package.json'), 'utf8')
    expect(text).not.toMatch(/"(workspace|catalog):|@slimbed\/source/)
    const manifest: Manifest = JSON.parse(text)
    const targets = Object.values(manifest.exports ?? {}).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry)
    )
    const named = [...targets, ...Object.values(manifest.bin ?? {})].map((path) => path.replace(/^\.\//, ''))
    expect(named.filter((path) => !files.includes(path))).toEqual([])
  })

  test('declares types in terms of slimbed alone', async () => {
    const { folder, files } = await unpacked(name)
    const declarations = files.filter((file) => file.endsWith('.d.ts'))
    const foreign = declarations.flatMap((file) =>
      typesFrom(readFileSync(join(folder, file), 'utf8')).map((specifier) => `${file}: ${specifier}`)
    )
    expect(foreign.filter((line) => !/: (@slimbed\/|node:)/.test(line))).toEqual([])
  })

  test('publint finds nothing', async () => {
    const bytes = readFileSync(tarballs[name])
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  test('are the types wrong: no, for ES modules', async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(tarballs[name])), {
      // Modules of WebAssembly have no types.
      excludeEntrypoints: [/\.wasm$/]
    })
    if (!result.types) return expect(name, 'only the command line comes without types').toBe('slimbed')
    // CommonJS gets ES modules, which Node requires from 20.19 on.
    const ours = result.problems.filter(
      (problem) => !('resolutionKind' in problem && problem.resolutionKind === 'node16-cjs')
    )
    expect(ours).toEqual([])
  })
})
