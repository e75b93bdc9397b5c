import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const core = fileURLToPath(new URL('../../../../packages/core', import.meta.url))

/** The source of a plugin that keeps a table as it is, rounded to whole numbers. */
export const rounding = (name: string): string => `
import { defineCompressor, dense, option } from '@slimbed/core'
export const ${name} = defineCompressor({
  name: '${name}',
  summary: 'rounds to multiples of a step',
  options: { step: option.number({ help: 'the multiple', min: 0, default: 1 }) },
  async compress(matrix, { step }) {
    const data = await matrix.read(0, matrix.rows)
    return dense(matrix.rows, matrix.dim, data.map((value) => Math.round(value / step) * step))
  }
})
`

/** Makes @slimbed/core importable from a folder. */
export function linkCore(folder: string): void {
  const scope = join(folder, 'node_modules/@slimbed')
  mkdirSync(scope, { recursive: true })
  symlinkSync(core, join(scope, 'core'))
}

/** Installs a package of one file in a folder's node_modules. */
export function install(folder: string, name: string, source: string, exports: object | string = './index.js'): void {
  const place = join(folder, 'node_modules', name)
  mkdirSync(dirname(join(place, 'index.js')), { recursive: true })
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name, version: '1.2.3', type: 'module', exports }))
  writeFileSync(join(place, 'index.js'), source)
}
