import { constants, fstat as fstatBack } from 'node:fs'
import { access, lstat, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { SlimbedError } from '@slimbed/core'
import {
  fileSource,
  filesMeant,
  isRemote,
  isSeveral,
  isTemporaryName,
  openShardsPlace,
  openStdin,
  restoreEarlier,
  sweepTemporaries
} from '@slimbed/io/node'
import type { Session } from '../session/session.js'
import { checkRemoteOutput } from './remote-output.js'

type Path = string | undefined

const fstat = promisify(fstatBack)

/** The file at a path, or stdin for `-`. Links are followed. Undefined if there is no file. */
const statsOf = async (path: string) =>
  (path === '-' ? fstat(0, { bigint: true }) : stat(path, { bigint: true })).catch(() => undefined)

/** The given plugins that are files. */
export const pluginFiles = async (given: readonly string[]): Promise<string[]> => {
  const stats = await Promise.all(given.map(statsOf))
  return given.filter((_, i) => stats[i]?.isFile())
}

/** Refuses a place that cannot be written to. */
async function checkFolder(path: string, label: string): Promise<void> {
  const folder = dirname(path)
  const place = await statsOf(folder)
  if (!place?.isDirectory()) {
    const what = place ? 'is not a folder' : 'does not exist'
    throw new SlimbedError('not-found', `${label}: the folder ${folder} ${what}; make it first, or choose another`)
  }
  await access(folder, constants.W_OK).catch((error) => {
    throw new SlimbedError('io', `${label}: the folder ${folder} cannot be written to`, { cause: error })
  })
}

/** Refuses an output path with something that cannot be replaced, such as a folder. */
async function checkEarlier(path: string, label: string): Promise<void> {
  const own = await lstat(path).catch(() => undefined)
  const earlier = own?.isSymbolicLink() ? await stat(path).catch(() => own) : own
  if (earlier && !earlier.isFile() && !earlier.isSymbolicLink()) {
    const what = earlier.isDirectory() ? 'a folder' : 'not a regular file'
    throw new SlimbedError('bad-input', `${label}: expected the name of a file to write; this is ${what}`)
  }
  if (own?.isSymbolicLink()) {
    const target = await readlink(path)
    throw new SlimbedError('bad-input', `${label}: this is a link to ${target}; name that file, or remove the link`)
  }
}

/** Whether writing to `path`, a file that may be there, would change what `input` gives. */
async function isRead(path: string, input: string): Promise<boolean> {
  const [output, stats] = [await statsOf(path), await statsOf(input)]
  if (!stats) return false
  if (output?.ino === stats.ino && output.dev === stats.dev) return true
  if (input === '-') return false
  const [real, folder] = [await realpath(input), await realpath(dirname(path))]
  if (stats.isDirectory()) return output !== undefined && `${folder}${sep}`.startsWith(`${real}${sep}`)
  // Temporary files of killed runs are removed there.
  return dirname(real) === folder && isTemporaryName(basename(real))
}

/** The inputs, and, where `path` is there already, the files that they mean: parts of a table, shards of a model. What cannot be read is refused later. */
async function meant(path: string, inputs: readonly Path[]): Promise<string[]> {
  const given = inputs.filter((input) => input !== undefined)
  if (!isRemote(path) && !(await statsOf(path))) return given
  const files = await Promise.all(
    given.map((input) => (input === '-' ? [] : filesMeant(input).catch((): string[] => [])))
  )
  return [...new Set([...given, ...files.flat()])]
}

/**
 * Refuses an output path that cannot be written, or where writing would change one of the inputs, before any work is done. Errors
 * call it `label`. `-`, stdout, is fine unless it is a terminal; of an object of a store, it is tried whether it can be
 * written. Rejects with `not-found`, `bad-input` or `io`.
 */
export async function checkOutput(path: string, inputs: readonly Path[], label = `-o ${path}`): Promise<void> {
  if (path === '-') {
    if (!process.stdout.isTTY) return
    throw new SlimbedError('bad-input', `${label}: stdout is a terminal; send it to a file or a program`)
  }
  if (isRemote(path)) return checkRemoteOutput(path, await meant(path, inputs), label)
  if (path === '' || path.endsWith(sep)) {
    throw new SlimbedError('bad-input', `${label}: expected the name of a file to write`)
  }
  await checkFolder(path, label)
  for (const input of await meant(path, inputs)) {
    if (!(await isRead(path, input))) continue
    const what = (await statsOf(input))?.isDirectory() ? 'in the folder' : 'the file'
    throw new SlimbedError('bad-input', `${label}: this is ${what} that is read; choose another name`)
  }
  await checkEarlier(path, label)
}

/** Checks the name of a folder of parts to write, with a slash at its end or without, as `checkOutput` does. */
export async function checkFolderOutput(path: string, inputs: readonly Path[], warn?: Session['warn']): Promise<void> {
  if (isRemote(path)) {
    await checkRemoteOutput(path.replace(/\/*$/, '/'), inputs, `-o ${path}`)
    return void (await openShardsPlace(path))
  }
  const folder = resolve(path)
  await checkFolder(folder, `-o ${path}`)
  for (const input of await meant(folder, inputs)) {
    if (input === '-' || isRemote(input)) continue
    const real = await realpath(input).catch(() => resolve(input))
    if (!`${real}${sep}`.startsWith(`${await realpath(folder).catch(() => folder)}${sep}`)) continue
    throw new SlimbedError('bad-input', `-o ${path}: this folder has what is read; choose another name`)
  }
  await openShardsPlace(path, { warn })
}

/** Endings of other formats than the one that is written. */
const endings =
  /\.(npy|npz|bin|vec|txt|tsv|csv|json|jsonl|gz|zip|zst|gguf|onnx|pt|pth|pkl|h5|parquet|arrows?|feather|html?)$/i

/** Checks the name of a `.safetensors` file to write as `checkOutput` does; also refuses the ending of another format. */
export async function checkArtefactOutput(path: string, inputs: readonly Path[]): Promise<void> {
  await checkOutput(path, inputs)
  const [ending] = endings.exec(path) ?? []
  if (ending === undefined) return
  const remedy = 'end the name in .safetensors; "slimbed decompress" writes plain vectors'
  throw new SlimbedError('bad-input', `-o ${path}: what is written is no ${ending}: ${remedy}`)
}

/**
 * Refuses inputs that cannot be opened, before any work is done; takes in stdin, `-`, which can be one of them. Rejects as `fileSource`
 * does, and with `bad-option` for stdin twice.
 */
export async function checkInputs(paths: readonly Path[], { signal, warn }: Session): Promise<void> {
  const given = paths.filter((path) => path !== undefined)
  if (given.filter((path) => path === '-').length > 1) {
    throw new SlimbedError('bad-option', 'stdin, -, can be one of the files only')
  }
  if (given.includes('-')) await openStdin(signal)
  // What killed runs have left beside the inputs: the next run to come by removes it.
  const folders = new Set(given.filter((path) => path !== '-' && !isRemote(path)).map(dirname))
  for (const folder of folders) await sweepTemporaries(folder)
  for (const path of given) {
    const told = await restoreEarlier(path)
    if (told !== undefined) warn(told)
  }
  // Folders and patterns are not refused here, because they may be models or parts: the code that opens them decides.
  for (const path of given) if (!(await isSeveral(path))) await (await fileSource(path)).close()
}
