import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { output, slimbed } from './support/run.js'
import { put } from './support/vectors.js'

const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0

/** What bash offers where the cursor is at the end of these words. */
async function offered(...typed: string[]): Promise<string[]> {
  const folder = scratch()
  put(folder, 'slimbed.bash', await output(folder, 'completion', 'bash'))
  const all = `"$\{COMPREPLY[@]}"`
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _slimbed; printf "%s\\n" ${all}`
  const text = execFileSync('bash', ['-c', script, 'bash', join(folder, 'slimbed.bash'), 'slimbed', ...typed])
  return text
    .toString()
    .split('\n')
    .filter((line) => line !== '')
}

describe.skipIf(!has('bash'))('bash', () => {
  test('completes commands, flags of the command, and choices', async () => {
    expect(await offered('comp')).toEqual(['compress', 'compare', 'completion'])
    expect(await offered('compress', '--te')).toEqual(['--tensor'])
    expect(await offered('compress', '--col')).toEqual(['--columns', '--column'])
    expect(await offered('decompress', 'a.safetensors', '--f')).toEqual(['--format'])
    expect(await offered('decompress', 'a.safetensors', '--format', 'n')).toEqual(['npy'])
    expect(await offered('compress', '--backend', '')).toEqual(expect.arrayContaining(['auto', 'wasm', 'cpu']))
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  test('leaves files to the shell', async () => {
    expect(await offered('compress', 'gl')).toEqual([])
    expect(await offered('compress', '-o', '')).toEqual([])
    expect(await offered('nothing', '')).toEqual([])
  })
})

test.each(['bash', 'zsh', 'fish'])(
  '%s: a script that the shell can read, with every command and flag',
  async (shell) => {
    const folder = scratch()
    const text = await output(folder, 'completion', shell)
    for (const word of ['compress', 'inspect', 'predict', 'completion', 'output', 'retrain-schedule', 'onnxruntime']) {
      expect(text).toContain(word)
    }
    if (!has(shell)) return
    put(folder, 'script', text)
    expect(spawnSync(shell, ['-n', join(folder, 'script')])).toMatchObject({ status: 0 })
  }
)

test('another shell is refused', async () => {
  expect(await slimbed(scratch(), 'completion', 'tcsh')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^slimbed: [^\n]*bash, zsh, fish[^\n]*; see "slimbed completion --help"\n$/)
  })
})
