import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * A source file and what is counted in it.
 *
 * @typedef {object} Source
 * @property {string} path from the root of the workspace
 * @property {number} lines
 * @property {number} casts `x as T`, without `as const`
 * @property {number} assertions `x!`
 * @property {string[]} imports paths of the sources that it imports: values and types, statically or when run
 */

/** @returns {{ folder: string, manifest: { name: string, exports?: Record<string, Record<string, string> | string> } }[]} */
const packages = () =>
  ['packages', 'apps']
    .flatMap((top) => readdirSync(join(root, top)).map((name) => `${top}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }))

/**
 * The source of every entry point, by the name that it is imported by.
 *
 * @param {ReturnType<typeof packages>} all
 */
const entries = (all) =>
  new Map(
    all.flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports ?? {}).flatMap(([subpath, conditions]) => {
        const source = typeof conditions === 'string' ? undefined : conditions['@slimbed/source']
        return source === undefined
          ? []
          : [/** @type {const} */ ([manifest.name + subpath.slice(1), join(folder, source)])]
      })
    )
  )

/**
 * @param {ts.Node} node
 * @param {(node: ts.Node) => void} visit
 */
function visitAll(node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => visitAll(child, visit))
}

/**
 * @param {ts.Node} node
 * @returns {boolean}
 */
const isCast = (node) =>
  (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) &&
  !(ts.isTypeReferenceNode(node.type) && node.type.typeName.getText() === 'const')

/**
 * @param {string} path
 * @param {ReadonlyMap<string, string>} named
 * @returns {Source}
 */
function sourceAt(path, named) {
  const text = readFileSync(join(root, path), 'utf8')
  let casts = 0
  let assertions = 0
  visitAll(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), (node) => {
    if (isCast(node)) casts++
    if (ts.isNonNullExpression(node)) assertions++
  })
  const imports = ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith('.')) return named.get(fileName) ?? []
    const target = join(dirname(path), fileName)
    return [target, target.replace(/\.js$/, '.ts')].find((each) => existsSync(join(root, each))) ?? []
  })
  return { path, lines: text.split('\n').length - 1, casts, assertions, imports }
}

/**
 * All sources of packages and apps. What a compiler made (`compiled/`) is none.
 *
 * @returns {Source[]}
 */
export function readSources() {
  const all = packages()
  const named = entries(all)
  return all.flatMap(({ folder }) =>
    readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[jt]s$/.test(file) && !/(^|[\\/])compiled[\\/]/.test(file))
      .sort()
      .map((file) => sourceAt(join(folder, 'src', file), named))
  )
}

/**
 * Sets of files that import each other in a circle: the strongly connected components of more than one file, after Tarjan 1972.
 *
 * @param {readonly Pick<Source, 'path' | 'imports'>[]} sources
 * @returns {string[][]}
 */
export function circles(sources) {
  const importsOf = new Map(sources.map(({ path, imports }) => [path, imports]))
  /** @type {Map<string, { index: number, low: number, open: boolean }>} */
  const seen = new Map()
  /** @type {string[]} */
  const stack = []
  /** @type {string[][]} */
  const found = []
  /** @param {string} path */
  const visit = (path) => {
    const state = { index: seen.size, low: seen.size, open: true }
    seen.set(path, state)
    stack.push(path)
    for (const next of importsOf.get(path) ?? []) {
      const earlier = seen.get(next)
      if (!earlier) state.low = Math.min(state.low, visit(next).low)
      else if (earlier.open) state.low = Math.min(state.low, earlier.index)
    }
    if (state.low === state.index) {
      const circle = stack.splice(stack.indexOf(path))
      for (const each of circle) Object.assign(seen.get(each) ?? {}, { open: false })
      if (circle.length > 1 || importsOf.get(path)?.includes(path)) found.push(circle.sort())
    }
    return state
  }
  for (const { path } of sources) if (!seen.has(path)) visit(path)
  return found
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

/** The most lines of a file. */
export const mostLines = 250

/**
 * What is kept in bounds, of all sources together.
 *
 * @param {readonly Source[]} sources
 */
export function figuresOf(sources) {
  const lines = sources.reduce((sum, source) => sum + source.lines, 0)
  /** @param {'casts' | 'assertions'} what */
  const perThousand = (what) => (1000 * sources.reduce((sum, source) => sum + source[what], 0)) / lines
  return {
    files: sources.length,
    lines,
    circles: circles(sources),
    tooLong: sources.filter((source) => source.lines > mostLines).map(({ path }) => path),
    casts: perThousand('casts'),
    assertions: perThousand('assertions'),
    medianLines: median(sources.map((source) => source.lines))
  }
}
