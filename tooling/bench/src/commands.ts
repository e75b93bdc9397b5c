import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Case } from './compare.js'
import type { Contender } from './contender.js'
import { tableFile } from './files.js'

/** Where files go and which commands stand for us and for the peers. */
export interface Setting {
  readonly folder: string
  readonly python: string
  /** Engines present, fastest first, as `--backend` names them. */
  readonly backends: readonly string[]
}

/** A case, by the name that it will have: it is made when its turn comes, since the tables are large. */
export type Job = readonly [name: string, make: (setting: Setting) => Promise<Case>]

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const slimbed = here('../../apps/cli/dist/bin.js')
/** One thread, and as many as there are processors. */
export const threadCounts = [...new Set([1, cpus().length])]

/** A script in `peers`. */
export const peer = (setting: Setting, name: string, script: string, ...args: string[]): Contender => ({
  name,
  peer: true,
  command: [setting.python, here(`peers/${script}`), ...args]
})

/** A script of this package. */
export const ours = (name: string, script: string, ...args: string[]): Contender => ({
  name,
  command: [process.execPath, here(`dist/${script}`), ...args]
})

/** The command on an engine, file to file. */
export function compress(
  setting: Setting,
  input: string,
  pipeline: string,
  backend: string,
  threads: number
): Contender {
  const out = join(setting.folder, 'out.safetensors')
  const flags = ['--backend', backend, '--threads', String(threads), '--json', '--quiet']
  return {
    name: `slimbed (${backend}, ${threads} thread${threads > 1 ? 's' : ''})`,
    command: [process.execPath, slimbed, 'compress', input, '-o', out, '-p', pipeline, ...flags]
  }
}

/** An artefact of a generated table, made first where it is not there yet. */
export async function artefact(
  setting: Setting,
  rows: number,
  dim: number,
  pipeline: string,
  seed = 5
): Promise<string> {
  const input = await tableFile(setting.folder, { rows, dim, seed }, 'npy')
  const out = join(setting.folder, `${rows}x${dim}-${pipeline.replaceAll(/[^a-z0-9]+/g, '-')}.safetensors`)
  if (existsSync(out)) return out
  const words = join(setting.folder, `words-${rows}.txt`)
  writeFileSync(words, Array.from({ length: rows }, (_, row) => `word${row.toString(36)}\n`).join(''))
  const [backend] = setting.backends
  const flags = ['--vocab', words, '--backend', backend, '--quiet']
  execFileSync(process.execPath, [slimbed, 'compress', input, '-o', out, '-p', pipeline, ...flags])
  return out
}
