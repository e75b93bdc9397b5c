import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { entriesOf, published, root } from './workspace.js'

/** Every entry point as its public name and its source file. */
const entries = published.flatMap((use) =>
  entriesOf(use).map(({ subpath, conditions }) => ({
    name: use.manifest.name + subpath.slice(1),
    source: join(root, use.folder, conditions['@slimbed/source'])
  }))
)

const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, noEmit: true }, root)
const program = ts.createProgram(
  entries.map(({ source }) => source),
  { ...options, composite: false, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] }
)
const checker = program.getTypeChecker()

/** The public names of a source file, `type` before those that are types alone. */
function publicNames(source: string): string[] {
  const module = checker.getSymbolAtLocation(program.getSourceFile(source)!)
  const names = checker.getExportsOfModule(module!).map((symbol) => {
    const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    return real.flags & ts.SymbolFlags.Value ? symbol.name : `type ${symbol.name}`
  })
  return names.sort()
}

// A public name that appears or goes is seen in review: `npm test -- -u` writes what is there now.
describe('public names', () => {
  test.each(entries)('$name', async ({ name, source }) => {
    const snapshot = `exports/${name.replaceAll('/', '.')}.txt`
    await expect(`${publicNames(source).join('\n')}\n`).toMatchFileSnapshot(snapshot)
  })
})
