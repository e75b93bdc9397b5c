import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { packAll } from './pack.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The tarball of each published package, by its name. */
    readonly tarballs: Readonly<Record<string, string>>
  }
}

/** Packs every published package once for all tests of this folder. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-tarballs-'))
  const clear = () => rmSync(folder, { recursive: true, force: true })
  try {
    project.provide('tarballs', Object.fromEntries(await packAll(folder)))
  } catch (error) {
    clear()
    throw error
  }
  return clear
}
