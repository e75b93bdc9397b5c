import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Seed } from './seeds/seed.js'

/** What became of a damaged file. */
export interface Case {
  readonly i: number
  /** The seed, `KIND+NAME`. */
  readonly name: string
  /** Of the seed's files, the damaged one. */
  readonly target: string
  readonly how: readonly string[]
  readonly outcome: 'read' | 'refused' | 'fault'
  readonly fault?: string
  readonly message?: string
  readonly seconds: number
  /** The most memory that the process has had until then, in bytes. */
  readonly peak: number
}

/** A case without a word for so long is hung: ten seconds of processor time, on machines that do other things besides. */
const silence = 60_000

/** The reader of cases as a file that Node runs. */
async function childIn(folder: string): Promise<string> {
  const outfile = join(folder, 'child.mjs')
  const common = { bundle: true, platform: 'node', target: 'node20', logLevel: 'error' } as const
  await build({
    entryPoints: [fileURLToPath(new URL('child/main.ts', import.meta.url))],
    ...{ ...common, outfile, format: 'esm' },
    conditions: ['@slimbed/source'],
    external: ['@tensorflow/*', '@huggingface/*'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" }
  })
  // The thread that decodes Parquet is a file of its own beside it.
  const thread = new URL('../../../packages/io/src/node/worker/parquet-thread.js', import.meta.url)
  const beside = join(folder, 'worker/parquet-thread.js')
  await build({ entryPoints: [fileURLToPath(thread)], ...{ ...common, outfile: beside, format: 'cjs' } })
  return outfile
}

/** Reads cases from the one of this number until the child ends: all of them, or up to one that hangs or ends it. */
async function readFrom(child: string, folder: string, seed: number, [from, to]: readonly [number, number]) {
  const cases: Case[] = []
  const args = ['--max-old-space-size=200', child, folder, `${seed}`, `${from}`, `${to}`]
  const reader = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<string>((resolve) =>
    reader.on('close', (code, signal) => resolve(code === 0 ? '' : `status ${code ?? signal}`))
  )
  let errors = ''
  reader.stderr.on('data', (text) => {
    errors += text
  })
  let hung = false
  const watch = () =>
    setTimeout(() => {
      hung = true
      reader.kill('SIGKILL')
    }, silence)
  let timer = watch()
  for await (const line of createInterface({ input: reader.stdout })) {
    clearTimeout(timer)
    timer = watch()
    cases.push(JSON.parse(line))
  }
  clearTimeout(timer)
  const end = await ended
  return { cases, failure: hung ? 'hangs' : end && `${end}: ${errors.slice(-2000)}` }
}

/** Damages seeds `count` times and reads what comes of it, in other processes. */
export async function runCases(folder: string, seeds: readonly Seed[], seed: number, count: number): Promise<Case[]> {
  for (const { kind, name, files } of seeds) {
    for (const [file, bytes] of Object.entries(files)) {
      const path = join(folder, 'seeds', `${kind}+${name}`, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, bytes)
    }
  }
  const child = await childIn(folder)
  const all: Case[] = []
  for (let from = 0; from < count; ) {
    const { cases, failure } = await readFrom(child, folder, seed, [from, count])
    all.push(...cases)
    from += cases.length
    if (from >= count && !failure) break
    const about = { name: '', target: '', how: [], seconds: 0, peak: 0 }
    all.push({ i: from++, ...about, outcome: 'fault', fault: failure || 'the child ended early' })
  }
  writeFileSync(join(folder, 'cases.jsonl'), all.map((one) => `${JSON.stringify(one)}\n`).join(''))
  return all
}
