import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, type Package, packageOf, packages, published, sources } from './workspace.js'

const ours = new Set(packages.map(({ manifest }) => manifest.name))

/** What packages import besides core; those that are not here are plugins, which need nothing else (decisions 0027 and 0028). */
const besides: Readonly<Record<string, readonly string[]>> = {
  '@slimbed/encoder': ['@slimbed/runtime', '@slimbed/tokenizer'],
  '@slimbed/eval': ['@slimbed/runtime'],
  '@slimbed/gguf': ['@slimbed/io', '@slimbed/runtime'],
  '@slimbed/fasttext': ['@slimbed/io', '@slimbed/runtime'],
  '@slimbed/io': ['@slimbed/runtime'],
  '@slimbed/lm': ['@slimbed/runtime', '@slimbed/train'],
  '@slimbed/onnx': ['@slimbed/runtime'],
  '@slimbed/plan': ['@slimbed/runtime'],
  '@slimbed/tfjs': ['@slimbed/runtime'],
  '@slimbed/tokenizer': ['@slimbed/runtime'],
  '@slimbed/train': ['@slimbed/runtime']
}

/** What a package may import of the workspace; undefined: anything. */
function allowed({ folder, manifest }: Package): readonly string[] | undefined {
  if (folder.startsWith('apps/')) return undefined
  if (folder.startsWith('tooling/') || manifest.name === '@slimbed/runtime') return []
  return manifest.name === '@slimbed/core' ? ['@slimbed/runtime'] : ['@slimbed/core', ...(besides[manifest.name] ?? [])]
}

/** Every import of a package as `file imports specifier`. */
const imports = (use: Package) =>
  sources(use).flatMap((file) => importsOf(use, file).map((specifier) => ({ file, specifier })))

const bare = ({ specifier }: { specifier: string }) => !specifier.startsWith('.') && !specifier.startsWith('node:')
const told = ({ file, specifier }: { file: string; specifier: string }) => `${file} imports ${specifier}`

describe.each(published)('$manifest.name', (use) => {
  const { manifest } = use
  const all = imports(use)

  test('has sources', () => {
    expect(sources(use).length).toBeGreaterThan(0)
  })

  test('imports of the workspace only what stands below it', () => {
    const may = allowed(use)
    const wrong = all.filter(bare).filter(({ specifier }) => ours.has(packageOf(specifier)))
    expect(wrong.filter(({ specifier }) => may && !may.includes(packageOf(specifier))).map(told)).toEqual([])
  })

  test('declares what it imports', () => {
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies }
    const missing = all.filter(bare).filter(({ specifier }) => !Object.hasOwn(declared, packageOf(specifier)))
    expect(missing.map(told)).toEqual([])
  })

  test('imports what it declares', () => {
    const used = new Set(all.filter(bare).map(({ specifier }) => packageOf(specifier)))
    expect(Object.keys(manifest.dependencies ?? {}).filter((name) => !used.has(name))).toEqual([])
  })

  test('reads and writes files only in io and in apps', () => {
    if (manifest.name === '@slimbed/io' || use.folder.startsWith('apps/')) return
    expect(all.filter(({ specifier }) => /^(node:)?fs(\/|$)/.test(specifier)).map(told)).toEqual([])
  })

  test('stays inside its own folder, and names files as they are published', () => {
    const relative = all.filter(({ specifier }) => specifier.startsWith('.'))
    const outside = ({ file, specifier }: { file: string; specifier: string }) =>
      normalize(join(dirname(file), specifier)).startsWith('..')
    expect(relative.filter((use) => outside(use) || !/\.js(on)?$/.test(use.specifier)).map(told)).toEqual([])
  })
})

test('the runtime imports nothing at all', () => {
  const runtime = published.find(({ manifest }) => manifest.name === '@slimbed/runtime')!
  expect(imports(runtime).filter(({ specifier }) => !specifier.startsWith('.'))).toEqual([])
  const { dependencies, peerDependencies } = runtime.manifest
  expect({ dependencies, peerDependencies }).toEqual({ dependencies: undefined, peerDependencies: undefined })
})
