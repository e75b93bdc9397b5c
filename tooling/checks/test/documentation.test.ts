import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandsOf, missingFrom } from './documentation/commands.js'
import { makeInputs } from './documentation/inputs.js'
import { type Block, blocksOf, pages, read } from './documentation/page.js'
import { compressorsIn, namesIn, type Place, placeFor } from './documentation/place.js'
import { problemOf } from './documentation/repository.js'
import { typeErrors, withoutTypes } from './documentation/types.js'
import { run } from './pack.js'
import { published, root } from './workspace.js'

/** The languages whose blocks are run, and those that are not code to run. */
const runnable = new Set(['sh', 'console', 'js', 'ts', 'python'])
const other = new Set(['', 'text', 'json'])
const slimbed = join(root, 'apps/cli/dist/bin.js')

test.each(pages)('%s: what it links to is there', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = '']) => target)
  const inside = links.filter((target) => !/^[a-z]+:/.test(target))
  expect(inside.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([])
})

test('the compressor in docs/plugin.md is the one that is tested', () => {
  const codes = blocksOf('docs/plugin.md').map(({ code }) => code)
  expect(codes).toContain(read('tooling/checks/fixture/truncate.ts'))
})

test.each(pages)('%s: its blocks are in languages that are run, or are none', (page) => {
  const languages = blocksOf(page).map(({ language }) => language)
  expect(languages.filter((language) => !runnable.has(language) && !other.has(language))).toEqual([])
})

describe('what pages show', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'slimbed-pages-'))
  const inputs = join(scratch, 'inputs')
  beforeAll(() => makeInputs(inputs, slimbed), 300_000)
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  /** Installs what the page installs; all packages for a page that does not speak of it. */
  function settle(page: string, blocks: readonly Block[]): Place {
    const place = placeFor(join(scratch, page.replaceAll(/[\\/]/g, '-')), inputs)
    const own = published.find(({ folder }) => page === `${folder}/README.md`)?.manifest.name
    const installs = blocks.some(({ language, code }) => language === 'sh' && /^npm install /m.test(code))
    place.install(installs ? (own ? [own] : []) : published.map(({ manifest }) => manifest.name))
    return place
  }

  async function commands({ code, language, output }: Block, { folder, install, installed }: Place): Promise<void> {
    for (const { args, text, shown } of commandsOf(code, language === 'console')) {
      const names = namesIn(args)
      const own = args[0] === 'npx' ? args.slice(1) : args
      if (names) expect({ text, unknown: install(names) }).toEqual({ text, unknown: [] })
      else if (own[0] !== 'slimbed') expect({ text, problem: problemOf(args) }).toEqual({ text, problem: undefined })
      else {
        expect([...installed]).toEqual(expect.arrayContaining(['slimbed', ...compressorsIn(own)]))
        const { status, stdout, stderr } = await run(folder, process.execPath, slimbed, ...own.slice(1))
        const warned = output ? /^slimbed: warning: .*\n/gm : ''
        expect({ text, status, stderr: stderr.replaceAll(warned, '') }).toEqual({ text, status: 0, stderr: '' })
        if (!output) expect({ text, missing: missingFrom(stdout, shown) }).toEqual({ text, missing: [] })
      }
    }
  }

  async function script(block: Block, { folder }: Place): Promise<void> {
    const { language, before = '', file, typesOnly } = block
    const name = file?.replace(/\.[jt]s$/, '') ?? `example-${block.line}`
    const code = `${before}\n${block.code}`
    if (language === 'ts') expect(typeErrors(folder, `${name}.ts`, code)).toEqual([])
    writeFileSync(join(folder, `${name}.js`), language === 'ts' ? withoutTypes(code) : code)
    if (typesOnly) return
    const { status, stderr } = await run(folder, process.execPath, `${name}.js`)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  }

  for (const page of pages) {
    const blocks = blocksOf(page).filter(({ language }) => runnable.has(language))
    for (const { line, notRun, typesOnly } of blocks) {
      if (notRun) test.skip(`${page}:${line} is not run: ${notRun}`, () => {})
      if (typesOnly) test.skip(`${page}:${line} has its types checked and is not run: ${typesOnly}`, () => {})
    }
    const run = blocks.filter(({ notRun }) => !notRun)
    if (run.length === 0) continue
    test(`${page}: its ${run.length} blocks of code run`, async () => {
      const place = settle(page, blocks)
      for (const block of run) {
        if (block.language === 'sh' || block.language === 'console') await commands(block, place)
        else await script(block, place)
      }
    }, 300_000)
  }

  test('the table in the README is what the demo prints', async () => {
    const { stdout } = await run(scratch, process.execPath, slimbed, 'demo')
    const table = blocksOf('README.md').filter(({ language }) => language === 'text')
    for (const line of table.flatMap(({ code }) => code.split('\n'))) expect(stdout).toContain(line)
  })
})
