import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Places } from './locate.js'

/** The names of packages in which stages and schedules are looked for. */
const named = /^slimbed-(compressor|scheduler)-./

/** The folders of packages that a module can import from. */
function packageFolders(url: string): string[] {
  const folders: string[] = []
  for (let folder = dirname(fileURLToPath(url)); ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules'))
    if (dirname(folder) === folder) return folders
  }
}

/** The names of the installed packages of others in which plugins are looked for, in order; none of them is imported. */
export async function thirdPartyPackages({ here, program }: Places): Promise<string[]> {
  const folders = new Set([here, program].flatMap(packageFolders))
  const names = await Promise.all([...folders].map((folder) => readdir(folder).catch(() => [])))
  return [...new Set(names.flat().filter((name) => named.test(name)))].sort()
}
