import { type Backend, backends } from '@slimbed/core/backends'
import { type Command, InvalidArgumentError, Option } from 'commander'

/** A parser of whole numbers from `min` to `max`. */
export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`)
  }
}

/** A parser of numbers. */
export function decimal(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value)) return value
  throw new InvalidArgumentError('Expected a number.')
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30
}

/** A parser of sizes in bytes: `4MB`, `512 KiB`, `250000`. */
export function size(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b)?$/i.exec(text.trim()) ?? []
  const factor = units[unit.toLowerCase()]
  const value = digits === undefined || factor === undefined ? 0 : Math.floor(Number(digits) * factor)
  if (value >= 1 && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('Expected a size such as 4MB, 500kB, 2MiB, or a number of bytes.')
}

/** A parser of numbers above 0. */
export function positive(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Expected a number above 0.')
}

/** A parser of shares above 0 up to all: `95%` or `0.95`. */
export function percentage(text: string): number {
  const [, digits, sign] = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(text.trim()) ?? []
  const value = digits === undefined ? Number.NaN : Number(digits) / (sign ? 100 : 1)
  if (value > 0 && value <= 1) return value
  throw new InvalidArgumentError('Expected a share such as 95% or 0.95.')
}

/** A parser of ranges from 0 on: `a:b` to before b, `a:` to the end, `:b` from the start. */
export function range(text: string): readonly [number, number] {
  const [, start, end] = /^(\d*):(\d*)$/.exec(text.trim()) ?? []
  const [from, to] = [Number(start || 0), end ? Number(end) : Infinity]
  if (start !== undefined && to > from && Number.isSafeInteger(from)) return [from, to]
  throw new InvalidArgumentError('Expected a range from 0 on, such as 0:1000, 500: or :1000; the end is not included.')
}

/** A parser of numbers from 0 to below 1. */
export function share(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= 0 && value < 1) return value
  throw new InvalidArgumentError('Expected a number from 0 to below 1.')
}

/** The flags of commands that compute. */
export interface ComputeFlags {
  readonly backend: Backend | 'auto'
  readonly threads?: number
}

/** The flag of commands that may take a while. */
export interface Quietly {
  readonly quiet?: boolean
}

/** The flag of commands whose result can be an object. */
export interface JsonFlag {
  readonly json?: boolean
}

/** A parser of flags that may be given several times. */
export const repeated = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value]

const flags = {
  compute: (command: Command): Command =>
    command
      .addOption(
        new Option('--backend <name>', 'engine for linear algebra').choices(['auto', ...backends]).default('auto')
      )
      .option('--threads <n>', 'number of threads (default: as many as the machine has)', integer(1, 1024)),
  vocab: (command: Command): Command =>
    command.option('--vocab <file>', 'file with the words of the rows, one per line'),
  limit: (command: Command): Command =>
    command.option('--limit <n>', 'read only the first n rows of the input', integer(1, 2 ** 32 - 1)),
  part: (command: Command): Command =>
    command
      .option('--rows <a:b>', 'read only rows a to before b, from 0 on', range)
      .option('--columns <a:b>', 'read only columns a to before b, from 0 on', range)
      .option(
        '--scales <tensor>',
        'tensor whose numbers the matrix of a .safetensors file is multiplied with, for all, each row or each block; of 8-bit floats, those beside it are taken'
      ),
  column: (command: Command): Command =>
    command.option('--column <name>', 'which column of a Parquet or Arrow file has the vectors, if several could'),
  tensor: (command: Command): Command =>
    command.option('--tensor <name>', 'which tensor or table to use, if the file has several'),
  tensors: (command: Command): Command =>
    command
      .option(
        '--tensor <name>',
        'matrix of a .safetensors model to compress, everything else is kept; * matches anything; may be repeated',
        repeated,
        []
      )
      .option('--alone', 'with --tensor: leave out everything else'),
  plugin: (command: Command): Command =>
    command.option(
      '--plugin <package or path>',
      'a package or .js file with compressors or schedules of your own; may be repeated',
      repeated,
      []
    ),
  resamples: (command: Command): Command =>
    command.option('--resamples <n>', 'number of random samples for each interval', integer(1, 1_000_000), 1000),
  seed: (command: Command): Command =>
    command.option('--seed <n>', 'seed for all random numbers', integer(0, 2 ** 32 - 1), 0),
  k: (command: Command): Command => command.option('-k <n>', 'how many neighbours', integer(1, 1_000_000), 10),
  json: (command: Command): Command => command.option('--json', 'print one JSON object'),
  quiet: (command: Command): Command => command.option('--quiet', 'no progress bar and no warnings')
} as const

/** Adds flags to a command, by name. */
export function add(command: Command, ...names: readonly (keyof typeof flags)[]): Command {
  return names.reduce((with_, name) => flags[name](with_), command)
}
