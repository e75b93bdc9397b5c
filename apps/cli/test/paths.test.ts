import { closeSync, linkSync, mkdirSync, openSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { linkCore, rounding } from './support/package.js'
import { putReviews } from './support/reviews.js'
import { program, slimbed, start } from './support/run.js'
import { bin, npy, numbers, put, words } from './support/vectors.js'

/** A folder with inputs of every kind, and what was in it. */
function inputs() {
  const folder = scratch()
  linkCore(folder)
  put(folder, 'in.bin', bin(4, numbers(20, 4), words(20)))
  put(folder, 'other.npy', npy(20, 4, numbers(20, 4)))
  put(folder, 'words', words(20).join('\n'))
  put(
    folder,
    'counts',
    words(20)
      .map((word, i) => `${word}\t${i + 1}\n`)
      .join('')
  )
  put(folder, 'mine.mjs', rounding('mine'))
  putReviews(folder, 'txt', [20, 10, 10])
  mkdirSync(join(folder, 'tasks'))
  put(
    folder,
    'tasks/pairs',
    words(19)
      .map((word, i) => `${word} w${i + 1} ${i}\n`)
      .join('')
  )
  return folder
}

/** Runs a command that must be refused and change nothing. */
async function refused(folder: string, says: RegExp, ...args: readonly string[]) {
  const before = contents(folder)
  const { status, stdout, stderr } = await slimbed(folder, ...args)
  expect(stderr).toMatch(says)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(contents(folder)).toEqual(before)
}

const compress = [
  'compress',
  'in.bin',
  '-p',
  'mine',
  '--plugin',
  './mine.mjs',
  '--weights',
  'counts',
  '--vocab',
  'words'
]
const training = [
  'train',
  '--data',
  'train.txt',
  '--dev',
  'dev.txt',
  '--test',
  'test.txt',
  '--epochs',
  '1',
  '--dim',
  '4'
]
const read = /^slimbed: (-o|--report) [^\n]*that is read; choose another name\n$/

describe('no path that is written is one that is read:', () => {
  test.each(['in.bin', './words', 'tasks/../counts', 'mine.mjs'])('compress -o %s', (output) =>
    refused(inputs(), read, ...compress, '-o', output)
  )

  test('other spellings, hard and symbolic links', async () => {
    const folder = inputs()
    linkSync(join(folder, 'in.bin'), join(folder, 'hard'))
    symlinkSync(join(folder, 'counts'), join(folder, 'soft'))
    symlinkSync(folder, join(folder, 'tasks/up'))
    for (const output of ['hard', 'soft', 'tasks/up/words', join(folder, 'in.bin')]) {
      await refused(folder, read, ...compress, '-o', output)
    }
    for (const input of ['hard', 'tasks/up/in.bin']) {
      await refused(folder, read, 'compress', input, '-p', 'lowrank(rank=2)', '-o', 'in.bin')
    }
  })

  test.skipIf(process.platform !== 'linux')('files that are open already, and stdin', async () => {
    const folder = inputs()
    const before = contents(folder)
    const fd = openSync(join(folder, 'in.bin'), 'r')
    try {
      for (const input of [`/proc/${process.pid}/fd/${fd}`, '-']) {
        const args = [program, 'compress', input, '-p', 'lowrank(rank=2)', '-o', 'in.bin']
        const { status, stderr } = await start(folder, process.execPath, args, {}, fd).ended
        expect(stderr).toMatch(read)
        expect(status).toBe(2)
      }
    } finally {
      closeSync(fd)
    }
    expect(contents(folder)).toEqual(before)
  })

  test.each(['train.txt', 'dev.txt', 'test.txt'])('train -o %s, and a checkpoint of that name', async (name) => {
    const folder = inputs()
    await refused(folder, read, ...training, '-o', name)
    const checkpoint = name.replace('.txt', '.checkpoint')
    linkSync(join(folder, name), join(folder, checkpoint))
    await refused(
      folder,
      /its checkpoint \S+: this is the file that is read/,
      ...training,
      '-o',
      name.replace('.txt', '')
    )
  })

  test('train over a file that is no checkpoint, a folder, or a link', async () => {
    const folder = inputs()
    put(folder, 'a.checkpoint', 'notes')
    mkdirSync(join(folder, 'b.checkpoint'))
    symlinkSync('words', join(folder, 'c.checkpoint'))
    await refused(folder, /a\.checkpoint: [^\n]*this file is none; move it/, ...training, '-o', 'a')
    await refused(folder, /its checkpoint b\.checkpoint: [^\n]*a folder/, ...training, '-o', 'b')
    await refused(folder, /its checkpoint c\.checkpoint: [^\n]*a link to words/, ...training, '-o', 'c')
  })

  test('eval --report', async () => {
    const folder = inputs()
    for (const report of ['in.bin', 'tasks/pairs', 'counts', 'other.npy']) {
      const more = ['--tasks', 'tasks', '--weights', 'counts', '--against', 'other.npy', '--vocab', 'words']
      await refused(folder, read, 'eval', 'in.bin', ...more, '--report', report)
    }
  })

  test('what a run that was killed left behind, and would be removed', async () => {
    const folder = inputs()
    const left = `.x.0123456789ab-1-${crypto.randomUUID()}.tmp`
    linkSync(join(folder, 'in.bin'), join(folder, left))
    await refused(folder, read, 'compress', left, '-p', 'lowrank(rank=2)', '-o', 'out.safetensors')
  })
})

describe('an output that', () => {
  test('is a link is not followed', async () => {
    const folder = inputs()
    put(folder, 'target', 'of somebody else')
    symlinkSync('target', join(folder, 'out.safetensors'))
    symlinkSync('nothing', join(folder, 'dangling'))
    const says = /out\.safetensors: this is a link to target; name that file, or remove the link/
    await refused(folder, says, ...compress, '-o', 'out.safetensors')
    await refused(folder, /this is a link to nothing/, ...compress, '-o', 'dangling')
    await refused(
      folder,
      /this is a link to target/,
      'eval',
      'in.bin',
      '--tasks',
      'tasks',
      '--report',
      'out.safetensors'
    )
  })

  test.each(['', 'out/', 'tasks/'])('has no name is refused: %j', async (output) => {
    const says = /^slimbed: -o \S*: expected the name of a file to write\n$/
    await refused(inputs(), says, ...training, '-o', output)
    if (output === '') await refused(inputs(), says, ...compress, '-o', output)
  })

  test('is a folder for shards that holds other files is refused', async () => {
    await refused(
      inputs(),
      /^slimbed: tasks: the folder has other files, such as pairs; choose an empty or a new one/,
      ...compress,
      '-o',
      'tasks/'
    )
  })

  test('is named after another format is refused', async () => {
    const folder = inputs()
    for (const name of ['x.npy', 'x.BIN', 'x.txt.gz', 'x.gguf']) {
      const says =
        /what is written is no \.\w+: end the name in \.safetensors; "slimbed decompress" writes plain vectors/
      await refused(folder, says, ...compress, '-o', name)
      await refused(folder, says, ...training, '-o', name)
    }
    for (const name of ['x', 'x.small', 'x.safetensors']) {
      expect(await slimbed(folder, ...compress, '-o', relative(folder, join(folder, name)))).toMatchObject({
        status: 0
      })
    }
  })
})
