import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { published, root } from './workspace.js'

test('at least runtime, core, three plugins, the command line and the sample are published', () => {
  const names = published.map(({ manifest }) => manifest.name)
  expect(names).toEqual(
    expect.arrayContaining(['@slimbed/runtime', '@slimbed/core', '@slimbed/io', '@slimbed/lowrank'].concat('slimbed'))
  )
})

describe.each(published)('$manifest.name', ({ folder, manifest }) => {
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
    expect(manifest.sideEffects).toBeTypeOf('boolean')
    expect(manifest.files).toContain('dist')
  })

  test('publishes the entry points of the workspace, less the source condition', () => {
    const entries = Object.entries(manifest.exports ?? {})
    const built = entries.map(([subpath, { '@slimbed/source': source, ...conditions }]) => {
      expect(source, `${subpath} leads to its source in the workspace`).toBeDefined()
      expect(existsSync(join(root, folder, source!)), `${source} exists`).toBe(true)
      expect(Object.keys(conditions), `${subpath}: types first`).toEqual(['types', 'default'])
      return [subpath, conditions]
    })
    if (manifest.exports) expect(manifest.publishConfig?.exports).toEqual(Object.fromEntries(built))
    expect(entries.length + Object.keys(manifest.bin ?? {}).length).toBeGreaterThan(0)
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
