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

test('help of a command, and the version, by every usual way', async () => {
  const folder = scratch()
  expect(await output(folder, 'help', 'compress')).toBe(await output(folder, 'compress', '--help'))
  expect(await output(folder, 'help')).toBe(await output(folder, '--help'))
  expect(await output(folder, '-v')).toBe(await output(folder, '--version'))
})

test.each([
  [
    ['compress', 'in', '--ouput', 'out'],
    /unknown option '--ouput'; did you mean --output\?; see "slimbed compress --help"/
  ],
  [['compress', 'in', '--ouput=out', '-p', 'x'], /unknown option '--ouput'; did you mean --output\?/],
  [['compress', 'in', '-o', 'out', '-p', 'x', '--pluginn', 'y'], /did you mean --plugin\?/],
  [['compress'], /missing required argument 'input'; see "slimbed compress --help"/],
  [['compress', 'in', '-p', 'x'], /required option '-o[^;]*; see "slimbed compress --help"/],
  [['compress', 'in', '-o', 'o', '--target', '4 apples'], /4MB, 500kB, 2MiB, or a number of bytes; see/],
  [['compress', 'in', '-o', 'o', '--keep', '120%'], /a share such as 95% or 0\.95; see/],
  [['nearest', 'a', 'b', '--resocre', 'c'], /did you mean --rescore\?; see "slimbed nearest --help"/],
  [['inspect', 'a', 'b'], /too many arguments [^;]*; see "slimbed inspect --help"/],
  [
    ['train', '--data', 'a', '-o', 'b', '--model', 'c'],
    /--model[^;]*dan, lstm, linear[^;]*; see "slimbed train --help"/
  ],
  [['compres'], /unknown command 'compres' \(Did you mean compress\?\); see "slimbed --help"/],
  [['--ouput'], /unknown option '--ouput'; see "slimbed --help"/]
])('%j: what is meant, and where the flags are', async (args, says) => {
  const { status, stdout, stderr } = await slimbed(scratch(), ...args)
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
})
