import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { root } from './workspace.js'

/** Every file that a built file loads before it runs, itself included. */
function loadedBy(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file) || isBuiltin(file)) return found
  found.add(file)
  const { resolve } = createRequire(file)
  for (const statement of ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest).statements) {
    const imports = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
    const from = imports ? statement.moduleSpecifier : undefined
    if (from && ts.isStringLiteral(from)) loadedBy(resolve(from.text), found)
  }
  return found
}

test('slimbed reads its flags before it loads what commands need', () => {
  const files = [...loadedBy(join(root, 'apps/cli/dist/bin.js'))]
  expect(files.filter((file) => file.includes('/dist/flags/')).length).toBeGreaterThan(10)
  expect(files.filter((file) => /\/packages\/\w+\/dist\/index\.js$|\/dist\/commands\//.test(file))).toEqual([])
  expect(files.length).toBeLessThan(60)
})
