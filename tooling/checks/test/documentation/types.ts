import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../workspace.js'

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')]
}

/** Declarations are read once for all pages: those of the language and of built packages do not change meanwhile. */
const declarations = new Map<string, ts.SourceFile | undefined>()
const host = ts.createCompilerHost(options)
const readFile = host.getSourceFile
host.getSourceFile = (path, ...others) => {
  if (!path.endsWith('.d.ts')) return readFile(path, ...others)
  if (!declarations.has(path)) declarations.set(path, readFile(path, ...others))
  return declarations.get(path)
}

/** The errors of type in a file, checked under `strict` against the declarations of the built packages. */
export function typeErrors(folder: string, file: string, code: string): string[] {
  writeFileSync(join(folder, file), code)
  const path = join(folder, file)
  const program = ts.createProgram([path], options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText, start }) => `${lineAt(path, start)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
}

const lineAt = (path: string, start = 0) => readFileSync(path, 'utf8').slice(0, start).split('\n').at(-1) ?? ''

/** The code without its types. */
export const withoutTypes = (code: string): string =>
  ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 } })
    .outputText
