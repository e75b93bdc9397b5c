import { existsSync } from 'node:fs'
import { SlimbedError } from '@slimbed/core/errors'
import type { Command, CommanderError } from 'commander'
import { closestMatch } from 'leven'
import { oneLine } from './errors.js'

const failed = (error: CommanderError) => error.exitCode !== 0 && error.code !== 'commander.help'

/** The first argument of a command that begins with a dash and is not one of its flags. */
function unknownFlag(command: Command, args: readonly string[]): string | undefined {
  const end = args.indexOf('--')
  // Errors in the values of other flags do not matter here.
  command.exitOverride((error) => {
    throw error
  })
  try {
    const { unknown } = command.parseOptions(args.slice(0, end < 0 ? args.length : end))
    return unknown.find((arg) => arg.startsWith('-'))?.replace(/=.*/s, '')
  } catch {
    return undefined
  }
}

/** `; did you mean --output?`, if there is a flag with a similar name. */
function likeFlag(command: Command, flag: string): string {
  const known = command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []))
  const found = closestMatch(flag, [...known, '--help'], { maxDistance: Math.max(1, Math.floor(flag.length / 3)) })
  return flag.startsWith('--') && found ? `; did you mean ${found}?` : ''
}

const takesWords = (command: Command) => command.registeredArguments.some(({ variadic }) => variadic)

/** What to do about an argument that begins with a dash but may not be meant as a flag. */
function afterDashes(command: Command, arg: string): string {
  if (takesWords(command)) return `; an argument that begins with - goes after --, at the end: -- ${arg}`
  return existsSync(arg) ? `; the file of that name is ./${arg}` : ''
}

/** An error in the arguments of a command as one line, which says where to find its flags. */
export function usageProblem(command: Command, error: CommanderError, args: readonly string[]): string {
  const path = [command.parent?.name(), command.name()].filter((name) => name !== undefined).join(' ')
  const flag = unknownFlag(command, args)
  const short = args.find((arg) => /^-[^-]./.test(arg))
  const about = () => {
    if (flag !== undefined && error.code !== 'commander.unknownCommand') {
      const near = likeFlag(command, flag)
      return `unknown option '${flag}'${near || afterDashes(command, flag)}`
    }
    const text = oneLine(error.message)
      .replace(/^error: /, '')
      .replace(/\.$/, '')
    const word = error.code === 'commander.invalidArgument' && short !== undefined && takesWords(command)
    return word ? `${text}${afterDashes(command, short)}` : text
  }
  return `${about()}; see "${path} --help"`
}

/** Makes a command refuse wrong usage with `bad-option`, in one line. `args` are those of the program. */
export function refuseUsage(command: Command, args: readonly string[]): void {
  const own = command.parent ? args.slice(args.indexOf(command.name()) + 1) : []
  command.exitOverride((error) => {
    if (!failed(error)) throw error
    throw new SlimbedError('bad-option', usageProblem(command, error, own), { cause: error })
  })
}
