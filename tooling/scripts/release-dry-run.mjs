import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { install, packageFolders } from './prepare.mjs'
import { environment, node, root, script, tool } from './workspace.mjs'

const leftOut = new Set(['.git', 'node_modules', 'dist', '.turbo', '.cache'])

/** @param {string} cwd @param {string} command @param {readonly string[]} args */
const output = (cwd, command, ...args) => execFileSync(command, args, { cwd, env: environment(), encoding: 'utf8' })

/** @param {string} cwd @param {string} file @param {readonly string[]} args */
async function must(cwd, file, ...args) {
  const code = await node(file, args, { cwd, print: 'failure' })
  if (code !== 0) throw new Error(`${basename(file)} ${args.join(' ')}: status ${code}`, { cause: code })
}

/** A dry run of `pnpm publish`; whether there is anything to publish: false for a version that the registry has. */
function publish(/** @type {string} */ folder) {
  const args = ['publish', '--dry-run', '--no-git-checks', '--access', 'public']
  const { status, stdout, stderr } = spawnSync('pnpm', args, { cwd: folder, env: environment(), encoding: 'utf8' })
  if (status === 0) return true
  if (/cannot publish over the previously published/i.test(stderr + stdout)) return false
  throw new Error(`${folder}: the dry run of publish failed:\n${stdout}${stderr}`)
}

/** A copy of the workspace that changesets can read: a repository with one commit. */
function copyTo(/** @type {string} */ scratch) {
  cpSync(root, scratch, { recursive: true, filter: (source) => source === root || !leftOut.has(basename(source)) })
  const as = ['-c', 'user.name=slimbed', '-c', 'user.email=release@slimbed.invalid', '-c', 'commit.gpgsign=false']
  output(scratch, 'git', 'init', '--quiet', '--initial-branch=main')
  output(scratch, 'git', 'add', '--all')
  output(scratch, 'git', ...as, 'commit', '--quiet', '--message=scratch')
}

/** What `pnpm pack` would publish of a package: its manifest. Throws when it refers to the workspace. */
function packed(/** @type {string} */ folder, /** @type {string} */ scratch) {
  const [{ filename, files }] = [
    JSON.parse(output(folder, 'pnpm', 'pack', '--json', '--pack-destination', scratch))
  ].flat()
  const text = output(scratch, 'tar', '-xzOf', filename, 'package/package.json')
  const [unresolved] = text.match(/"(workspace|catalog):[^"]*"|"@slimbed\/source"/) ?? []
  if (unresolved) throw new Error(`${folder}: the published package.json still says ${unresolved}`)
  return { ...JSON.parse(text), files: files.length }
}

// A release as far as it goes without publishing: `changeset version` in a scratch copy, then a dry run of `publish`.
await script(async () => {
  await install()
  const scratch = mkdtempSync(join(tmpdir(), 'slimbed release '))
  try {
    copyTo(scratch)
    const pnpm = tool('pnpm')
    await must(scratch, pnpm, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent')
    await must(scratch, tool('@changesets/cli', 'changeset'), 'version')
    await must(scratch, tool('turbo'), 'run', 'build', '--output-logs=errors-only')
    const rows = []
    for (const folder of packageFolders()) {
      const here = join(scratch, folder)
      if (JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).private) continue
      const fresh = publish(here)
      const { name, version, files } = packed(here, scratch)
      if (version === '0.0.0')
        throw new Error(`${name} has no version yet: describe its release with \`npx changeset\``)
      rows.push(`  ${name.padEnd(20)} ${version.padEnd(8)} ${files} files${fresh ? '' : ', published already'}`)
    }
    console.log(`A release would publish:\n${rows.join('\n')}`)
    return 0
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
})
