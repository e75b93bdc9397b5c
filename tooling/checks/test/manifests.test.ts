import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { entriesOf, published, root } from './workspace.js'

test('at least runtime, core, three plugins, the command line and the sample are published', () => {
  const names = published.map(({ manifest }) => manifest.name)
  const plugins = ['@slimbed/io', '@slimbed/lowrank', '@slimbed/fixedpoint']
  const others = ['@slimbed/runtime', '@slimbed/core', '@slimbed/sample', 'slimbed']
  expect(names).toEqual(expect.arrayContaining([...plugins, ...others]))
})

test('changesets are of packages that are published: a release stops at others', () => {
  const names = new Set(published.map(({ manifest }) => manifest.name))
  const folder = join(root, '.changeset')
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')) {
    const [, head] = readFileSync(join(folder, file), 'utf8').split(/^---$/m)
    const given = [...head.matchAll(/^['"]([^'"]+)['"]: (?:patch|minor|major)$/gm)].map(([, name]) => name)
    expect(given.length, `${file} names packages`).toBeGreaterThan(0)
    for (const name of given) expect(names, file).toContain(name)
  }
})

describe.each(published)('$manifest.name', (use) => {
  const { folder, manifest } = use

  test('says what it is, where it lives and what it runs on', () => {
    expect(manifest).toMatchObject({
      license: 'MIT',
      homepage: 'https://github.com/slimbed/slimbed#readme',
      bugs: 'https://github.com/slimbed/slimbed/issues',
      repository: { type: 'git', url: 'git+https://github.com/slimbed/slimbed.git', directory: folder },
      type: 'module',
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public' }
    })
    expect(manifest.description?.length).toBeGreaterThan(20)
    expect(manifest.keywords).toEqual(expect.arrayContaining(['embeddings', 'slimbed']))
    if (!manifest.bin) expect(manifest.sideEffects).toBe(false)
    expect(manifest.files).toContain('dist')
  })

  test('publishes the entry points of the workspace, less the source condition', () => {
    const built = entriesOf(use).map(({ subpath, conditions: { '@slimbed/source': source, ...conditions } }) => {
      expect(source, `${subpath} leads to its source in the workspace`).toBeDefined()
      expect(existsSync(join(root, folder, source)), `${source} exists`).toBe(true)
      expect(Object.keys(conditions), `${subpath}: types first`).toEqual(['types', 'default'])
      return [subpath, conditions]
    })
    const files = Object.entries(manifest.exports ?? {}).filter(([, target]) => typeof target === 'string')
    if (built.length > 0) expect(manifest.publishConfig?.exports).toEqual(Object.fromEntries([...built, ...files]))
    else expect(Object.keys(manifest.bin ?? {})).not.toEqual([])
  })

  test('is found by those who do not know of exports', () => {
    const entries = entriesOf(use)
    if (entries.length === 0) return
    const [{ conditions }, ...others] = entries
    expect([manifest.main, manifest.types]).toEqual([conditions.default, conditions.types])
    const versions = others.map(({ subpath, conditions }) => [subpath.slice(2), [conditions.types]])
    expect(manifest.typesVersions?.['*'] ?? {}).toEqual(Object.fromEntries(versions))
    expect(manifest.exports?.['./package.json']).toBe('./package.json')
  })

  test('has a README that names it and shows its use', () => {
    const file = join(root, folder, 'README.md')
    expect(existsSync(file), `${folder}/README.md exists`).toBe(true)
    const text = readFileSync(file, 'utf8')
    expect(text.split('\n')[0]).toBe(`# ${manifest.name}`)
    expect(text).toContain('```')
  })

  test('takes versions of shared dependencies from the workspace', () => {
    const outside = Object.entries(manifest.dependencies ?? {}).filter(
      ([, range]) => !/^(workspace|catalog):/.test(range)
    )
    expect(outside).toEqual([])
  })
})
