import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Result } from './run.js'

const host = fileURLToPath(new URL('host.mjs', import.meta.url))

/** What the host answers. */
interface Answer {
  readonly status: number
  /** Base64. */
  readonly stdout: string
  readonly stderr: string
}

let running: ChildProcess | undefined
let last: Promise<unknown> = Promise.resolve()

/** Starts the host; it ends with this process. */
function startHost(): ChildProcess {
  const child = fork(host, [], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.unref()
  child.channel?.unref()
  child.on('exit', () => (running = undefined))
  return child
}

function run(cwd: string, args: readonly string[]): Promise<Result> {
  running ??= startHost()
  const child = running
  return new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`the process of slimbed ${args.join(' ')} ended: ${code}`))
    child.once('exit', died)
    child.channel?.ref()
    child.once('message', ({ status, stdout, stderr }: Answer) => {
      child.off('exit', died)
      child.channel?.unref()
      const bytes = Buffer.from(stdout, 'base64')
      const said = Buffer.from(stderr, 'base64').toString()
      resolve({ status, signal: null, bytes, stdout: bytes.toString(), stderr: said })
    })
    child.send({ cwd, args })
  })
}

/** Runs the built command line in a process that stays for the next run: one after the other. */
export function runAgain(cwd: string, args: readonly string[]): Promise<Result> {
  const next = last.then(() => run(cwd, args))
  last = next.catch(() => {})
  return next
}
