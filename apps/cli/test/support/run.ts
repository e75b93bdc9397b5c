import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runAgain } from './run-again.js'

/** The built program. */
export const program = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))

/** How a run ended. */
export interface Result {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  /** stdout as it came. */
  readonly bytes: Buffer
  readonly stderr: string
}

/** A run that goes on. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Result>
}

/** Starts a program in `cwd`, its stdout and stderr no terminals; `stdin` is a descriptor, or nothing, or a pipe. */
export function start(
  cwd: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdin: 'ignore' | 'pipe' | number = 'ignore'
): Running {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: [stdin, 'pipe', 'pipe'] })
  const parts: Buffer[] = []
  const text = { stderr: '' }
  child.stdout?.on('data', (part) => parts.push(part))
  child.stderr?.setEncoding('utf8').on('data', (part) => (text.stderr += part))
  const ended = new Promise<Result>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => {
      const bytes = Buffer.concat(parts)
      resolve({ status, signal, stdout: bytes.toString(), bytes, ...text })
    })
  })
  return { child, ended }
}

/** Runs the command line in `cwd`, in a process of its own, as a user does. */
export const slimbedAlone = (cwd: string, ...args: readonly string[]): Promise<Result> =>
  start(cwd, process.execPath, [program, ...args]).ended

/** Runs the command line in `cwd`, in a process that earlier runs used: to start one takes longer than most commands do. */
export const slimbed = (cwd: string, ...args: readonly string[]): Promise<Result> => runAgain(cwd, args)

/** Runs the command line with something on stdin. */
export function slimbedWith(cwd: string, input: string | Buffer, ...args: readonly string[]): Promise<Result> {
  const { child, ended } = start(cwd, process.execPath, [program, ...args], {}, 'pipe')
  child.stdin?.on('error', () => {}).end(input)
  return ended
}

/** Runs the command line and gives its stdout; throws when it fails or says anything on stderr. */
export async function output(cwd: string, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await slimbed(cwd, ...args)
  if (status !== 0 || stderr !== '') throw new Error(`slimbed ${args.join(' ')}: ${status}, ${stderr}`)
  return stdout
}
