import { basename, dirname, relative } from 'node:path'

/** The shortest form of a path, seen from the working directory. */
export function shortest(path: string): string {
  const here = relative(process.cwd(), path)
  return here.length < path.length ? here : path
}

/** A path quoted so that a shell reads it as one word. */
export const quoted = (path: string): string => (/^[\w./@:+-]+$/.test(path) ? path : `"${path}"`)

/** What to type to run this program again: `slimbed`, `npx slimbed`, or `node` and its path. */
export function commandName(program = process.argv[1] ?? 'slimbed'): string {
  if (basename(program) !== 'slimbed') return `node ${quoted(shortest(program))}`
  return basename(dirname(program)) === '.bin' ? 'npx slimbed' : 'slimbed'
}
