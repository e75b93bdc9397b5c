import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { installation } from './support/installation.js'
import { install, linkCore, rounding } from './support/package.js'
import { putReviews } from './support/reviews.js'
import { output, slimbed } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

/** A folder with a table in it where @slimbed/core is installed. */
function project(): string {
  const folder = scratch()
  linkCore(folder)
  put(folder, 'in.npy', npy(20, 4, numbers(20, 4)))
  return folder
}

const compress = (folder: string, pipeline: string, ...flags: string[]) =>
  slimbed(folder, 'compress', 'in.npy', '-o', 'out.safetensors', '-p', pipeline, '--json', ...flags)

async function versions(folder: string) {
  return JSON.parse(await output(folder, 'inspect', 'out.safetensors', '--json')).provenance.versions
}

describe('a stage is found by its name', () => {
  test.each(['slimbed-compressor-rounding', '@slimbed/rounding'])('in %s', async (name) => {
    const folder = project()
    install(folder, name, rounding('rounding'))
    const { status, stdout, stderr } = await compress(folder, 'rounding(step=0.5) | fixedpoint(bits=4)')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ pipeline: 'rounding(step=0.5) | fixedpoint(bits=4)' })
    expect(await versions(folder)).toMatchObject({ [name]: '1.2.3', '@slimbed/core': expect.any(String) })
  })

  test('in a package that can only be imported', async () => {
    const folder = project()
    install(folder, 'slimbed-compressor-rounding', rounding('rounding'), { '.': { import: './index.js' } })
    expect((await compress(folder, 'rounding')).status).toBe(0)
  })

  test('those of this project where slimbed is installed, whatever the working directory has', async () => {
    const folder = project()
    install(folder, '@slimbed/lowrank', 'throw new Error("imported")')
    expect((await compress(folder, 'lowrank(rank=2)')).status).toBe(0)
    install(folder, '@slimbed/train', 'throw new Error("imported")')
    putReviews(folder, 'txt', [40, 10, 10])
    const flags = ['--data', 'train.txt', '-o', 'model.safetensors', '--epochs', '1', '--dim', '4']
    expect(await slimbed(folder, 'train', ...flags)).toMatchObject({ status: 0, stderr: '' })
  })

  test('those of this project that only the working directory has, when --plugin says so', async () => {
    const run = installation(['fixedpoint'])
    const folder = project()
    install(folder, '@slimbed/lowrank', rounding('lowrank'))
    const args = ['compress', 'in.npy', '-o', 'out.safetensors', '-p', 'lowrank(step=2)']
    const { status, stderr } = await run(folder, ...args)
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr:
        'slimbed: stage "lowrank": @slimbed/lowrank is not installed where slimbed is; --plugin @slimbed/lowrank takes the one of this folder\n'
    })
    expect(await run(folder, ...args, '--plugin', '@slimbed/lowrank')).toMatchObject({ status: 0, stderr: '' })
  })

  test.each(['constructor', 'toString', 'hasOwnProperty'])('and %s is no more than a name', async (name) => {
    const { status, stderr } = await compress(project(), name)
    expect(stderr).toMatch(new RegExp(`^slimbed: unknown stage "${name}" [^\\n]*\\n$`))
    expect(status).toBe(2)
  })

  test('from a folder below the one where it is installed', async () => {
    const folder = project()
    install(folder, 'slimbed-compressor-rounding', rounding('rounding'))
    mkdirSync(join(folder, 'deep/er'), { recursive: true })
    put(join(folder, 'deep/er'), 'in.npy', npy(20, 4, numbers(20, 4)))
    expect((await compress(join(folder, 'deep/er'), 'rounding')).status).toBe(0)
  })

  test('and nothing else is imported', async () => {
    const folder = project()
    install(folder, '@slimbed/lowrank', 'throw new Error("imported")')
    install(folder, 'slimbed-compressor-rounding', 'throw new Error("imported")')
    expect((await compress(folder, 'fixedpoint')).status).toBe(0)
  })
})

describe('--plugin', () => {
  test('takes a package, whatever it is called', async () => {
    const folder = project()
    install(folder, '@someone/else', rounding('rounding'))
    const { status, stderr } = await compress(folder, 'rounding', '--plugin', '@someone/else')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(await versions(folder)).toMatchObject({ '@someone/else': '1.2.3' })
  })

  test('takes files, with named or default exports, and stands before what is installed', async () => {
    const folder = project()
    put(folder, 'mine.mjs', rounding('lowrank'))
    put(folder, 'other.mjs', `${rounding('other')}export default other\nexport const answer = 42`)
    const flags = ['--plugin', './mine.mjs', '--plugin', join(folder, 'other.mjs'), '--plugin', 'mine.mjs']
    const { status, stderr } = await compress(folder, 'lowrank(step=0.5) | other', ...flags)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test.each(['./mine', 'mine', './mine/'])('takes the folder of a package: %s', async (given) => {
    const folder = project()
    install(folder, 'mine', rounding('rounding'), { '.': { import: './index.js' } })
    renameSync(join(folder, 'node_modules/mine'), join(folder, 'mine'))
    const { status, stderr } = await compress(folder, 'rounding', '--plugin', given)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(await versions(folder)).toMatchObject({ mine: '1.2.3' })
  })

  test.each([
    [{ type: 'module', main: 'lib/entry.js' }, 'lib/entry.js'],
    [{ type: 'module' }, 'index.js'],
    [undefined, 'index.mjs']
  ])('takes a folder with %j', async (manifest, file) => {
    const folder = project()
    mkdirSync(join(folder, 'mine/lib'), { recursive: true })
    if (manifest) put(folder, 'mine/package.json', JSON.stringify(manifest))
    put(folder, `mine/${file}`, rounding('rounding'))
    expect(await compress(folder, 'rounding', '--plugin', './mine')).toMatchObject({ status: 0, stderr: '' })
  })

  test.each([
    ['a folder without an entry', './none', /plugin \.\/none does not load: /],
    ['a file that is not there', './no.mjs', /--plugin \.\/no\.mjs: there is no such file/],
    ['a package that is not there', 'no-such-package', /--plugin no-such-package: there is no such package/],
    ['a file without plugins', './empty.mjs', /--plugin \.\/empty\.mjs: expected an export made by defineCompressor/],
    ['a file that throws', './broken.mjs', /plugin \.\/broken\.mjs does not load: .*no luck/],
    ['a file that is no JavaScript', './wrong.mjs', /plugin \.\/wrong\.mjs does not load: /],
    ['a plugin twice', './again.mjs', /two of the plugins given are called "rounding"/]
  ])('refuses %s', async (_, given, says) => {
    const folder = project()
    mkdirSync(join(folder, 'none'))
    put(folder, 'mine.mjs', rounding('rounding'))
    put(folder, 'again.mjs', rounding('rounding'))
    put(folder, 'empty.mjs', 'export const nothing = 1')
    put(folder, 'broken.mjs', 'throw new Error("no luck")')
    put(folder, 'wrong.mjs', 'this is no program')
    const { status, stdout, stderr } = await compress(folder, 'rounding', '--plugin', './mine.mjs', '--plugin', given)
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })
})

/** A command without groupreduce. */
const withoutGroupreduce = () => installation(['fixedpoint', 'iiq', 'lowrank', 'calr'])

describe('what is not there', () => {
  test('is named with the line that installs it, when it is one of ours', async () => {
    const folder = project()
    const args = ['compress', 'in.npy', '-o', 'out.safetensors', '-p', 'groupreduce(groups=5) | fixedpoint']
    const { status, stderr } = await withoutGroupreduce()(folder, ...args)
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'slimbed: stage "groupreduce" is not installed: npm install @slimbed/groupreduce\n'
    })
  })

  test('is otherwise unknown, and no package is suggested', async () => {
    const { status, stderr } = await compress(project(), 'fixdpoint')
    expect(status).toBe(2)
    expect(stderr).toMatch(/^slimbed: unknown stage "fixdpoint" .*did you mean "fixedpoint"\?; --plugin [^\n]*\n$/)
    expect(stderr).not.toContain('npm install')
  })

  test('a package of that name without such a plugin does not count', async () => {
    const folder = project()
    install(folder, '@slimbed/rounding', rounding('other'))
    expect((await compress(folder, 'rounding')).stderr).toContain('unknown stage "rounding"')
  })
})

describe('slimbed plugins', () => {
  test('lists what is installed, with options and defaults, and how to install the rest', async () => {
    const folder = project()
    const schedules = ['constant', 'cosine', 'cyclic', 'exponential', 'step']
    put(folder, 'mine.mjs', rounding('rounding'))
    const run = withoutGroupreduce()
    const { stdout } = await run(folder, 'plugins', '--json', '--plugin', './mine.mjs')
    const { plugins, missing } = JSON.parse(stdout)
    expect(plugins.map(({ id }: { id: string }) => id)).toEqual([
      'fixedpoint',
      'iiq',
      'lowrank',
      'calr',
      ...schedules,
      'rounding'
    ])
    expect(plugins[0]).toMatchObject({
      type: 'compressor',
      package: '@slimbed/fixedpoint',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      options: { bits: { type: 'integer', min: 1, max: 16, default: 8, help: expect.any(String) } }
    })
    expect(plugins.at(-1)).toMatchObject({ package: null, version: null, options: { step: { min: 0, default: 1 } } })
    expect(missing).toContainEqual({ id: 'groupreduce', package: '@slimbed/groupreduce' })
  })

  test('lists those of others that are found by their names, once, and what does not load', async () => {
    const folder = project()
    install(folder, 'slimbed-compressor-rounding', rounding('rounding'))
    install(folder, 'slimbed-scheduler-broken', 'throw new Error("no luck")')
    install(folder, 'something-else', rounding('other'))
    const list = await output(folder, 'plugins', '--json', '--plugin', 'slimbed-compressor-rounding')
    const { plugins, broken } = JSON.parse(list)
    const others = plugins.filter(({ package: name }: { package: string }) => !name.startsWith('@slimbed/'))
    expect(others).toMatchObject([{ id: 'rounding', package: 'slimbed-compressor-rounding', version: '1.2.3' }])
    expect(broken).toEqual([
      { package: 'slimbed-scheduler-broken', problem: 'plugin slimbed-scheduler-broken does not load: no luck' }
    ])
    const text = await output(folder, 'plugins')
    expect(text).toMatch(/^rounding, from slimbed-compressor-rounding 1\.2\.3$/m)
    expect(text).toMatch(/^Does not load: plugin slimbed-scheduler-broken does not load: no luck$/m)
  })

  test('reads well', async () => {
    const folder = project()
    const { stdout: text } = await withoutGroupreduce()(folder, 'plugins')
    expect(text).toMatch(/^fixedpoint, from @slimbed\/fixedpoint \d/m)
    expect(text).toMatch(/^ {4}bits +an integer from 1 to 16 +default 8 +\S/m)
    expect(text).toContain('groupreduce: npm install @slimbed/groupreduce')
  })
})
