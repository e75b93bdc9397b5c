import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SlimbedError } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileError } from '../../src/node/errors.js'
import { fileSource, openVectors, writeAtomically, writeVectors } from '../../src/node/index.js'
import { temporaryName } from '../../src/node/temporary.js'
import { matrixOver, refusal, utf8 } from '../support.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slimbed-atomic-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)

describe('writeAtomically', () => {
  test('writes at any offsets, over an earlier file, keeping its mode', async () => {
    writeFileSync(at('out'), 'before and longer')
    chmodSync(at('out'), 0o640)
    const result = await writeAtomically(at('out'), async (sink) => {
      await sink.write(utf8('def'), 3)
      await sink.write(utf8('abc'), 0)
      expect(readFileSync(at('out'), 'utf8')).toBe('before and longer')
      return 7
    })
    expect(result).toBe(7)
    expect(readFileSync(at('out'), 'utf8')).toBe('abcdef')
    expect(statSync(at('out')).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['out'])
  })

  test('a failure leaves the earlier file, and nothing else', async () => {
    writeFileSync(at('out'), 'before')
    const failing = writeAtomically(at('out'), async (sink) => {
      await sink.write(utf8('half'), 0)
      expect(readdirSync(folder)).toHaveLength(2)
      throw new SlimbedError('aborted', 'interrupted')
    })
    expect(await refusal(failing)).toBe('aborted: interrupted')
    expect(readdirSync(folder)).toEqual(['out'])
    expect(readFileSync(at('out'), 'utf8')).toBe('before')
  })

  test('follows a link to the file', async () => {
    mkdirSync(at('real'))
    writeFileSync(at('real/file'), 'before')
    symlinkSync(at('real/file'), at('link'))
    await writeAtomically(at('link'), (sink) => sink.write(utf8('after'), 0))
    expect(readFileSync(at('real/file'), 'utf8')).toBe('after')
    expect(readdirSync(at('real'))).toEqual(['file'])
  })

  test('refuses what cannot be a file', async () => {
    const write = (path: string) => refusal(writeAtomically(path, (sink) => sink.write(utf8('x'), 0)))
    expect(await write(at('no/out'))).toBe(
      `not-found: ${at('no/out')}: the folder ${at('no')} does not exist; make it first`
    )
    writeFileSync(at('file'), '')
    expect(await write(at('file/out'))).toMatch(/^not-found: .* is not a folder; make it first$/)
    expect(await write(folder)).toMatch(/^bad-input: .*: expected a file to write; it is a folder or a device$/)
    expect(await write(at('x'.repeat(300)))).toMatch(/^bad-input: .*: the name is too long$/)
  })

  test.skipIf(process.platform !== 'linux')('refuses a device, leaving it as it is', async () => {
    const write = writeAtomically('/dev/full', (sink) => sink.write(utf8('x'), 0))
    expect(await refusal(write)).toMatch(/^bad-input: \/dev\/full: expected a file to write/)
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true)
  })

  test.each([
    ['ENOSPC', 'io: out: no space left on the disk'],
    ['EACCES', 'io: out: permission denied'],
    ['EROFS', 'io: out: the file system is read-only'],
    ['ENOENT', 'not-found: out: there is no such file'],
    ['EWHATEVER', 'io: out: something']
  ])('%s is said in words', (code, message) => {
    const error = fileError('out', Object.assign(new Error('something'), { code }))
    expect(`${error.code}: ${error.message}`).toBe(message)
  })
})

describe('files', () => {
  const content = { matrix: matrixOver(Float32Array.of(1, 2, 3, 4), 2), vocabulary: vocabularyOf(['a', 'b']) }

  test('the ending says the format, or the caller', async () => {
    for (const ending of ['txt', 'vec', 'bin', 'npy', 'safetensors']) {
      expect(await writeVectors(at(`out.${ending}`), content)).toBe(statSync(at(`out.${ending}`)).size)
      const vectors = await openVectors(at(`out.${ending}`))
      expect(vectors.format).toBe(ending)
      await vectors.close()
    }
    await writeVectors(at('out.dat'), content, { format: 'bin' })
    expect(await refusal(writeVectors(at('out.dat'), content))).toMatch(
      /^bad-input: .*out.dat: cannot tell the format to write; end the name in one of .txt, .vec, .bin, .faiss, .npy, .safetensors$/
    )
  })

  test('an abort in the middle leaves nothing', async () => {
    const abort = new AbortController()
    for (const format of ['txt', 'bin', 'npy', 'safetensors'] as const) {
      const read = async () => {
        abort.abort()
        return Float32Array.of(1, 2, 3, 4)
      }
      const matrix = { ...content.matrix, read }
      const writing = writeVectors(at('out'), { ...content, matrix }, { format, signal: abort.signal })
      expect(await refusal(writing)).toBe('aborted: interrupted')
    }
    expect(readdirSync(folder)).toEqual([])
  })

  test('reading can be interrupted, and reports how far it is', async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `word${i} 0.123456 0.234567 0.345678\n`)
    writeFileSync(at('in.txt'), rows.join(''))
    const { size } = statSync(at('in.txt'))
    const seen: number[] = []
    const progress = (done: number, total: number) => {
      expect(total).toBe(size)
      seen.push(done)
    }
    await (await openVectors(at('in.txt'), { progress })).close()
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.at(-1)).toBe(size)
    const abort = new AbortController()
    const reading = openVectors(at('in.txt'), { progress: () => abort.abort(), signal: abort.signal })
    expect(await refusal(reading)).toBe('aborted: interrupted')
  })

  test('missing, folders, pipes, a file that shrinks', async () => {
    expect(await refusal(openVectors(at('nothing')))).toBe(`not-found: ${at('nothing')}: there is no such file`)
    expect(await refusal(openVectors(folder))).toMatch(
      /^bad-input: .*: expected a file; it is a folder, in which no file of vectors is found$/
    )
    await writeVectors(at('in.npy'), content)
    expect(await refusal(openVectors(at('in.npy'), { words: at('nothing') }))).toMatch(/^not-found: .*nothing/)
    const source = await fileSource(at('in.npy'))
    writeFileSync(at('in.npy'), 'short')
    expect(await refusal(source.read(0, source.size))).toMatch(/^corrupt-file: .*in.npy, byte 5: .* shrank/)
    await source.close()
  })

  test.skipIf(process.platform === 'win32')('closes every file it opened, also when it fails', async () => {
    const open = () => readdirSync('/proc/self/fd').length
    await writeVectors(at('in.bin'), content)
    writeFileSync(at('bad.txt'), 'a 1 2\nb x 2\n')
    writeFileSync(at('words'), 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n')
    const before = open()
    await (await openVectors(at('in.bin'), { words: at('in.bin') }).catch(() => undefined))?.close()
    await refusal(openVectors(at('bad.txt')))
    await refusal(openVectors(at('in.bin'), { words: at('words') }))
    await refusal(openVectors(at('in.bin'), { words: at('words'), counts: at('words') }))
    expect(open()).toBe(before)
  })
})

describe('what a process that was killed has left', () => {
  /** The name of a temporary file of a process. */
  const leftBy = (pid: number, name: string, space = '') =>
    temporaryName(name)
      .replace(/\.[0-9a-f]{12}-/, (own) => (space ? `.${space}-` : own))
      .replace(`-${process.pid}-`, `-${pid}-`)
  const gone = () => {
    const { pid, status } = spawnSync(process.execPath, ['-e', ''])
    expect(status).toBe(0)
    return pid
  }

  test('is removed by the next one that writes there: files and folders', async () => {
    const pid = gone()
    writeFileSync(at(leftBy(pid, 'out')), 'half')
    mkdirSync(at(leftBy(pid, 'model')))
    writeFileSync(at(`${leftBy(pid, 'model')}`.slice(0, 4)), 'of somebody else')
    await writeAtomically(at('out'), (sink) => sink.write(utf8('x'), 0))
    expect(readdirSync(folder).sort()).toEqual(['.mod', 'out'])
  })

  test('is left alone while the process runs, or where it cannot be known', async () => {
    const names = [leftBy(process.pid, 'out'), leftBy(gone(), 'out', '0123456789ab'), '.out.1234-x.tmp']
    for (const name of names) writeFileSync(at(name), 'half')
    await writeAtomically(at('out'), (sink) => sink.write(utf8('x'), 0))
    expect(readdirSync(folder).sort()).toEqual([...names, 'out'].sort())
  })
})

test.skipIf(process.platform === 'win32')('a pipe that nobody writes to is refused at once', async () => {
  spawnSync('mkfifo', [at('pipe')])
  expect(await refusal(fileSource(at('pipe')))).toMatch(/^bad-input: .*pipe: expected a file; it is not a regular file/)
})
