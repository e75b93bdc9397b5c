import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { node, readJson, root, say, tool } from './workspace.mjs'

const stamp = join(root, 'node_modules', '.slimbed-installed')

/** Folders of the workspace that have a package.json, relative to the root. */
export const packageFolders = () =>
  ['packages', 'apps', 'tooling']
    .filter((top) => existsSync(join(root, top)))
    .flatMap((top) => readdirSync(join(root, top)).map((name) => `${top}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))

/** A digest of everything that decides what gets installed. */
function wanted() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  const manifests = packageFolders().map((folder) => `${folder}/package.json`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', 'package.json', ...manifests]) {
    hash.update(`\n${file}\n`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** npx as a file that Node runs: beside the npm that runs this script, else beside Node. */
function npx() {
  const npm = process.env.npm_execpath ?? ''
  const beside = dirname(process.execPath)
  const places = [
    join(dirname(npm), 'npx-cli.js'),
    join(beside, '../lib/node_modules/npm/bin/npx-cli.js'),
    join(beside, '../share/nodejs/npm/bin/npx-cli.js'),
    join(beside, 'node_modules/npm/bin/npx-cli.js')
  ]
  const found = places.find((place) => existsSync(place))
  if (!found) throw new Error('npx was not found beside Node: start this with `npm start` or `npm test`')
  return found
}

/** Runs pnpm of the version that package.json names: the installed one, or through npx before there is any. */
export async function pnpm(/** @type {string[]} */ args) {
  const [name, version] = readJson('package.json').packageManager.split('@')
  const manifest = 'node_modules/pnpm/package.json'
  const installed = existsSync(join(root, manifest)) && readJson(manifest).version === version
  return installed
    ? node(tool('pnpm'), args, { print: 'err' })
    : node(npx(), ['--yes', `${name}@${version}`, ...args], { print: 'err' })
}

/** Installs what the lockfile says, unless that is what is there. */
export async function install() {
  const digest = wanted()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  say('Installing packages …')
  const code = await pnpm(['install', '--frozen-lockfile', '--prefer-offline', '--config.confirm-modules-purge=false'])
  if (code !== 0) {
    const hints = 'the npm registry must be reachable, and pnpm-lock.yaml must match the package.json files'
    throw new Error(`Installing failed (pnpm ended with status ${code}): ${hints}.`, { cause: code })
  }
  writeFileSync(stamp, digest)
}

/** Builds every package that changed. */
export async function build() {
  say('Building …')
  const code = await node(tool('turbo'), ['run', 'build', '--output-logs=errors-only'], { print: 'failure' })
  if (code !== 0) throw new Error(`Building failed (status ${code}): the errors stand above.`, { cause: code })
}
