import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { randomAt } from '@slimbed/core'
import { isSlimbedError } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { damage } from '../damage.js'
import type { Kind } from '../seeds/seed.js'
import { type Found, readers } from './readers.js'
import { checkWritten } from './written.js'

// Reads the cases FROM to TO of a folder whose `seeds` hold a folder KIND+NAME for each seed, and prints a line of JSON for each.

const [folder, seed, from, to] = process.argv.slice(2)
const megabyte = 2 ** 20
const mostSeconds = 10

const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .sort()

const seeds = readdirSync(join(folder, 'seeds'))
  .sort()
  .map((name) => {
    const path = join(folder, 'seeds', name)
    return {
      name,
      kind: name.split('+')[0] as Kind,
      files: filesIn(path).map((file) => [file, readFileSync(join(path, file))] as const)
    }
  })

const valuesFile = openSync(join(folder, 'values.bin'), 'a')
let written = 0

/** Why an error is one that no user should see; undefined for a clear refusal. */
function faultOf(error: unknown): string | undefined {
  if (!isSlimbedError(error)) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  if (/[\n\r]/.test(error.message)) return `a message of several lines: ${JSON.stringify(error.message)}`
  return error.message.length > 2000 ? `a message of ${error.message.length} characters` : undefined
}

/** What is wrong with what was read. */
function oddityOf({ warnings = [] }: Found): string | undefined {
  return warnings.some((line) => /[\n\r]/.test(line))
    ? `a warning of several lines: ${JSON.stringify(warnings)}`
    : undefined
}

async function runCase(i: number) {
  const random = randomAt(Number(seed), ['fuzz', `${i}`])
  const { name, kind, files } = seeds[Math.floor(random() * seeds.length)]
  const [target, original] = files[Math.floor(random() * files.length)]
  const damaged = damage(random, original)
  const place = join(folder, 'cases', `${i}`)
  for (const [file, bytes] of files) {
    mkdirSync(dirname(join(place, file)), { recursive: true })
    writeFileSync(join(place, file), file === target ? damaged.bytes : bytes)
  }
  const before = filesIn(place)
  const cpu = process.cpuUsage()
  const about = { i, name, target, how: damaged.how, size: damaged.bytes.length }
  let outcome: object
  try {
    const found = await readers[kind](join(place, target), place)
    const { values, ...others } = found
    let fault = oddityOf(found)
    if (kind === 'vectors' && values && i % 4 === 0) {
      const vocabulary = found.words && vocabularyOf(found.words)
      fault ??= await checkWritten(join(place, 'out'), { rows: found.rows!, dim: found.dim!, values, vocabulary }, i)
    }
    if (values) writeSync(valuesFile, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    outcome = fault
      ? { outcome: 'fault', fault }
      : { outcome: 'read', ...others, at: written, count: values?.length ?? 0 }
    written += values?.length ?? 0
  } catch (error) {
    const fault = faultOf(error)
    outcome = fault ? { outcome: 'fault', fault } : { outcome: 'refused', message: (error as Error).message }
  }
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (user + system) / 1e6
  const left = filesIn(place).filter((file) => !before.includes(file))
  const peak = process.resourceUsage().maxRSS * 1024
  if (left.length > 0) outcome = { outcome: 'fault', fault: `left ${left.join(', ')}` }
  if (seconds > mostSeconds) outcome = { outcome: 'fault', fault: `took ${seconds} s of processor time` }
  if (peak > 300 * megabyte + 20 * damaged.bytes.length) {
    outcome = { outcome: 'fault', fault: `the process has taken ${Math.round(peak / megabyte)} MB` }
  }
  if (!('outcome' in outcome && outcome.outcome !== 'refused')) rmSync(place, { recursive: true })
  process.stdout.write(`${JSON.stringify({ ...about, seconds, peak, ...outcome })}\n`)
}

for (let i = Number(from); i < Number(to); i++) await runCase(i)
