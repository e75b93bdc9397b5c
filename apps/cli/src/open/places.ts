import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Places } from '@slimbed/io/plugins'

/** Where plugins and engines are looked for. */
export const places: Places = {
  get here() {
    return pathToFileURL(join(process.cwd(), 'from.js')).href
  },
  program: import.meta.url
}
