import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of public data sets, which CONTRIBUTING.md speaks of; most users do not have it. */
export const dataFolder = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** Whether all of these files or folders of the data are there. */
export const hasData = (...paths: readonly string[]): boolean =>
  paths.every((path) => existsSync(`${dataFolder}/${path}`))

/** The title of a test that needs something: says so where it is skipped. */
export const titleIf =
  (present: unknown, needs: string) =>
  (text: string): string =>
    present ? text : `${text} (skipped: ${needs})`
