import { build } from 'esbuild'

/** A program as one ES module, from its source file; packages of the workspace are read as sources. */
export async function bundle(entry: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry.pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['@slimbed/source'],
    write: false,
    logLevel: 'error'
  })
  return outputFiles[0].text
}
