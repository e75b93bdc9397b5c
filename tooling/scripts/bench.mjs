import { join } from 'node:path'
import { build, install } from './prepare.mjs'
import { node, root, script } from './workspace.mjs'

// `npm run bench`: installs, builds, and runs the benchmarks with any further arguments (`-- --help` lists them).
await script(async () => {
  await install()
  await build()
  return node(join(root, 'tooling/bench/dist/main.js'), process.argv.slice(2))
})
