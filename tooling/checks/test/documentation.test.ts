import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installer, unreachable } from './installer.js'
import { type Ran, run } from './pack.js'
import { published, root } from './workspace.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The code blocks of a page that are in a language. */
const blocks = (page: string, language: string) =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) => code)

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  ...published.map(({ folder }) => `${folder}/README.md`)
]

test.each(pages)('%s: what it links to is there', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target)
  const inside = links.filter((target) => !/^[a-z]+:/.test(target))
  expect(inside.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([])
})

test('the compressor in docs/plugin.md is the one that is tested', () => {
  expect(blocks('docs/plugin.md', 'ts')).toContain(read('tooling/checks/fixture/truncate.ts'))
})

describe('what the README and the pages of the packages say', () => {
  const { installed, packed, clear } = installer()
  let folder: string | undefined
  let command = ''

  beforeAll(async () => {
    folder = await installed('everything', packed)
    if (!folder) return
    const { bin } = JSON.parse(readFileSync(join(folder, 'node_modules/slimbed/package.json'), 'utf8'))
    command = join(folder, 'node_modules/slimbed', bin.slimbed)
    const data = join(root, 'tooling/sample/data')
    cpSync(join(data, 'sample-10k.100d.bin'), join(folder, 'vectors.bin'))
    cpSync(join(data, 'sample-10k.counts.tsv'), join(folder, 'counts.tsv'))
    writeFileSync(join(folder, 'words.txt'), read('tooling/sample/data/sample-10k.counts.tsv').replaceAll(/\t.*/g, ''))
    await shell(blocks('README.md', 'sh').find((code) => code.startsWith('slimbed'))!)
    cpSync(join(folder, 'small.safetensors'), join(folder, 'vectors.safetensors'))
    cpSync(join(folder, 'vectors.npy'), join(folder, 'matrix.npy'))
  }, 300_000)
  afterAll(clear)

  /** Runs the lines of a block that call `slimbed`, one after another. */
  async function shell(block: string): Promise<void> {
    for (const line of block.split('\n').filter((line) => /^(npx )?slimbed /.test(line))) {
      const args = [...line.replace(/\s+#.*/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, bare]) => quoted ?? bare
      )
      const { status, stderr } = await run(
        folder!,
        process.execPath,
        command,
        ...args.slice(args.indexOf('slimbed') + 1)
      )
      expect({ line, status, stderr }).toEqual({ line, status: 0, stderr: '' })
    }
  }

  async function script(code: string): Promise<Ran> {
    writeFileSync(join(folder!, 'example.js'), code)
    return run(folder!, process.execPath, 'example.js')
  }

  const examples = ['README.md', ...published.map((use) => `${use.folder}/README.md`)]

  test.for(examples)('%s: its examples run', async (page, { skip }) => {
    if (!folder) return skip(unreachable)
    if (page !== 'README.md') for (const code of blocks(page, 'sh')) await shell(code)
    for (const code of blocks(page, 'js')) expect(await script(code)).toMatchObject({ status: 0, stderr: '' })
  })

  test('the table in the README is what the demo prints', async ({ skip }) => {
    if (!folder) return skip(unreachable)
    const { stdout } = await run(folder, process.execPath, command, 'demo')
    for (const line of blocks('README.md', 'text').join('').split('\n')) expect(stdout).toContain(line)
  })
})
