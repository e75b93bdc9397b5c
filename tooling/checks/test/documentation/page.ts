import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages, root } from '../workspace.js'

/** A fenced block of code, and what the HTML comments directly above it say about it. */
export interface Block {
  readonly language: string
  readonly code: string
  /** The line of the page on which the code begins, from 1. */
  readonly line: number
  /** Why it is not run: `<!-- not run: … -->`. */
  readonly notRun?: string
  /** Why its types are checked but it is not run: `<!-- types only: … -->`. */
  readonly typesOnly?: string
  /** Code that the page leaves out and the example needs: `<!-- before: … -->`. */
  readonly before?: string
  /** Why the output shown is not compared: `<!-- output: … -->`. */
  readonly output?: string
  /** The file that later blocks know it by: `<!-- file: … -->`. */
  readonly file?: string
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Every page: of the root, of docs, and the README of each package. */
export const pages: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  ...packages.map(({ folder }) => `${folder}/README.md`).filter((page) => existsSync(join(root, page)))
]

const comment = /<!--\s*(not run|types only|before|output|file):\s*(.*?)\s*-->\n+/gs
const fenced = /((?:<!--(?:(?!-->).)*-->\n+)*)^```([^\n]*)\n(.*?)^```$/gms

/** The blocks of a page, from top to bottom. */
export function blocksOf(page: string): Block[] {
  const text = read(page)
  return [...text.matchAll(fenced)].map((match) => {
    const [, comments = '', language = '', code = ''] = match
    const says = Object.fromEntries([...comments.matchAll(comment)].map(([, key = '', value]) => [key, value]))
    const start = match.index + comments.length
    const line = text.slice(0, start).split('\n').length + 1
    return {
      language,
      code,
      line,
      notRun: says['not run'],
      typesOnly: says['types only'],
      before: says.before,
      output: says.output,
      file: says.file
    }
  })
}
