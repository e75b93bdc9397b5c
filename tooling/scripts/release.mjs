import { build, install, pnpm } from './prepare.mjs'
import { node, script, tool } from './workspace.mjs'

const changeset = (/** @type {string} */ command) => node(tool('@changesets/cli', 'changeset'), [command])

// `npm run release:version` turns the waiting changesets into versions and changelogs, and `npm run release:publish`
// publishes what the registry does not have yet. `npm run release:dry-run` shows what both would do.
await script(async () => {
  await install()
  switch (process.argv[2]) {
    case 'version':
      return (await changeset('version')) || pnpm(['install', '--lockfile-only'])
    case 'publish':
      await build()
      return changeset('publish')
    default:
      throw new Error('usage: node tooling/scripts/release.mjs version|publish')
  }
})
