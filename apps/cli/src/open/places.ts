import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Places } from '@slimbed/io/plugins'

/** Where plugins are looked for: from the folder where one is, then from where this program is installed. */
export const places: Places = [pathToFileURL(join(process.cwd(), 'from.js')).href, import.meta.url]
