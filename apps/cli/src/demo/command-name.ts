import { basename, dirname, relative } from 'node:path'

/** What to type to run this program again: `slimbed`, `npx slimbed`, or `node` and its path. */
export function commandName(program = process.argv[1] ?? 'slimbed'): string {
  if (basename(program) !== 'slimbed') return `node ${relative(process.cwd(), program)}`
  return basename(dirname(program)) === '.bin' ? 'npx slimbed' : 'slimbed'
}
