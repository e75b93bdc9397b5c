import { basename, dirname, join } from 'node:path'
import { isS3 } from '../s3/address.js'

/** Whether a path is a URL that is read over the network. */
export const isRemote = (path: string): boolean => isS3(path) || /^https?:\/\//.test(path)

/** Whether a path means a folder of a network: a URL with a slash at its end. */
export const isRemoteFolder = (path: string): boolean =>
  isS3(path) && (path.endsWith('/') || !path.slice(5).includes('/'))

/** The parts of a URL: what comes before the last slash of its path, its last part, and its query. */
function partsOf(url: string): { folder: string; name: string; query: string } {
  const [, before = '', query = ''] = (isS3(url) ? undefined : /^([^?#]*)(.*)$/s.exec(url)) ?? ['', url, '']
  const end = before.lastIndexOf('/')
  return { folder: before.slice(0, end), name: before.slice(end + 1), query }
}

/** The last part of a path or URL. */
export const nameOf = (path: string): string => (isRemote(path) ? partsOf(path).name : basename(path))

/** The folder of a path or URL. */
export const folderOf = (path: string): string => (isRemote(path) ? partsOf(path).folder : dirname(path))

/** A path below a folder or URL. */
export const within = (folder: string, name: string): string =>
  isRemote(folder) ? `${folder.replace(/\/$/, '')}/${name}` : join(folder, name)

/** A file beside another one. A URL keeps its query, by which some servers know who asks. */
export const beside = (path: string, name: string): string =>
  isRemote(path) ? `${partsOf(path).folder}/${name}${partsOf(path).query}` : join(dirname(path), name)
