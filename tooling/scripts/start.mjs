import { join } from 'node:path'
import { build, install } from './prepare.mjs'
import { node, readJson, root, script } from './workspace.mjs'

// `npm start`: installs, builds, and runs `slimbed demo` with any further arguments.
await script(async () => {
  await install()
  await build()
  const { bin } = readJson('apps/cli/package.json')
  return node(join(root, 'apps/cli', bin.slimbed), ['demo', ...process.argv.slice(2)])
})
