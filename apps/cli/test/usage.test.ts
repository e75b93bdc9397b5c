import { expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { output, slimbed } from './support/run.js'

const commands = ['compress', 'inspect', 'decompress', 'nearest', 'compare', 'plugins', 'demo']

test('--help names every command; --version is a version', async () => {
  const text = await output(scratch(), '--help')
  for (const command of commands) expect(text).toMatch(new RegExp(`^ {2}${command}\\b.*  \\S`, 'm'))
  expect(await output(scratch(), '--version')).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
})

test.each(commands)('%s --help shows its flags', async (command) => {
  const text = await output(scratch(), command, '--help')
  expect(text).toMatch(new RegExp(`^Usage: slimbed ${command} \\[options\\]`))
  expect(text).toContain(command === 'decompress' || command === 'demo' ? '--quiet' : '--json')
})

test('without a command: help on stderr, status 2', async () => {
  const { status, stdout, stderr } = await slimbed(scratch())
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(/^Usage: slimbed/)
})
