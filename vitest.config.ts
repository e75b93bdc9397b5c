import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const folders = ['packages', 'apps', 'tooling'].flatMap((top) =>
  existsSync(top) ? readdirSync(top).map((name) => `${top}/${name}`) : []
)

/**
 * Packages whose test files share a process, so that each file is loaded once. Not `train`, whose peer tfjs has one engine in a process; nor programs, which
 * have one environment.
 */
const shares = (folder: string) => folder.startsWith('packages/') && folder !== 'packages/train'

/** One project for every workspace folder that has tests; packages resolve to each other's sources. */
export default defineConfig({
  test: {
    // Left to itself, vitest runs one file at a time on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: folders
      .filter((folder) => existsSync(`${folder}/test`))
      .map((folder) => ({
        root: folder,
        resolve: { conditions: ['@slimbed/source', 'node', 'import', 'default'] },
        ssr: { resolve: { conditions: ['@slimbed/source', 'node', 'import', 'default'] } },
        test: {
          name: folder,
          include: ['test/**/*.test.ts'],
          isolate: !shares(folder),
          setupFiles: [fileURLToPath(new URL('vitest.setup.ts', import.meta.url))],
          globalSetup: existsSync(`${folder}/test/global-setup.ts`) ? ['test/global-setup.ts'] : [],
          // They end what hangs: a busy machine takes many times as long as a quiet one.
          testTimeout: 300_000,
          hookTimeout: 300_000
        }
      }))
  }
})
