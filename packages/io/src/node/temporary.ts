import { createHash } from 'node:crypto'
import { readlinkSync, rmSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Temporary files that exist now; those left when the process exits are removed. */
const live = new Set<string>()

/** Removes the temporary files that are being written, for a process that is about to end. */
export function removeTemporaries(): void {
  for (const path of live) rmSync(path, { recursive: true, force: true })
}

/** Removes `path` when the process exits, unless the returned function has been called before. */
export function removeAtExit(path: string): () => void {
  if (live.size === 0) process.on('exit', removeTemporaries)
  live.add(path)
  return () => {
    live.delete(path)
    if (live.size === 0) process.off('exit', removeTemporaries)
  }
}

/** Identifies the machine and the container: process ids are only comparable within one. */
function processSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

const space = createHash('sha256').update(`${hostname()} ${processSpace()}`).digest('hex').slice(0, 12)
const pattern = /^\..*\.([0-9a-f]{12})-(\d+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/s

/** A new, hidden name for the temporary file that will become `name`. It contains the id of this process. */
export const temporaryName = (name: string): string =>
  `.${name.slice(0, 60)}.${space}-${process.pid}-${crypto.randomUUID()}.tmp`

/** Whether a file or folder of this name is one that a run makes, and removes. */
export const isTemporaryName = (name: string): boolean => pattern.test(name)

/** Says which process something belongs to. */
export const ownProcess = (): string => `${space}-${process.pid}`

/** Whether another process of this machine, by its `ownProcess`, is running. */
export function isOtherRunning(owner: string): boolean {
  const [where, pid] = owner.split('-')
  return where === space && Number(pid) !== process.pid && isRunning(Number(pid))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH'
  }
}

/** Removes temporary files that killed processes of this machine have left in a folder. */
export async function sweepTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const [, where, pid] = pattern.exec(name) ?? []
    const left = where === space && !isRunning(Number(pid))
    if (left) await rm(join(folder, name), { recursive: true, force: true }).catch(() => {})
  }
}
