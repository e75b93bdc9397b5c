import { rmSync } from 'node:fs'

/** Temporary files that exist now; those left when the process exits are removed. */
const live = new Set<string>()

function removeAll(): void {
  for (const path of live) rmSync(path, { force: true })
}

/** Sees to it that `path` is gone when the process exits, until the function returned is called. */
export function removeAtExit(path: string): () => void {
  if (live.size === 0) process.on('exit', removeAll)
  live.add(path)
  return () => {
    live.delete(path)
    if (live.size === 0) process.off('exit', removeAll)
  }
}
