import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Store } from '@slimbed/cluster'
import { type JsonObject, SlimbedError } from '@slimbed/core'
import { folderStore, removeParts } from '@slimbed/io/node'
import {
  getRange,
  headObject,
  isS3,
  listObjects,
  removeObject,
  s3Address,
  s3Settings,
  s3Url,
  uploadObject
} from '@slimbed/io/s3'
import { describedShards } from '../shards/divide.js'

/** The name of the folder beside the output that is the store unless another one is given. */
const usual = '.slimbed-cluster'

/** Where shards of a run are put: the place that a flag names, or a folder beside the output. */
export const storeAt = (flag: string | undefined, output: string): string => {
  if (flag !== undefined) return isS3(flag) ? flag.replace(/\/+$/, '') : resolve(flag)
  if (!isS3(output)) return join(dirname(resolve(output)), usual)
  const own = output.replace(/\/+$/, '')
  return `${own.slice(0, own.lastIndexOf('/'))}/${usual}`
}

/** Objects under a prefix of a bucket. */
function s3Store(prefix: string): Store {
  const settings = s3Settings()
  const { bucket, key } = s3Address(prefix)
  const base = key === '' ? '' : `${key}/`
  const urlOf = (name: string) => s3Url({ bucket, key: base + name })
  const nameOf = (url: string) => s3Address(url).key.slice(base.length)
  const list = async (begin: string) => {
    const found: string[] = []
    for await (const { url } of listObjects(urlOf(begin), settings)) found.push(nameOf(url))
    return found
  }
  return {
    async get(name) {
      const found = await headObject(urlOf(name), settings)
      return found && getRange(urlOf(name), 0, found.size, settings, found.version)
    },
    has: async (name) => (await headObject(urlOf(name), settings)) !== undefined,
    async put(name, bytes) {
      const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length)
      await uploadObject(urlOf(name), { size: bytes.length, read }, settings)
    },
    list,
    remove: (name) => removeObject(urlOf(name), settings),
    async clear(folder) {
      for (const name of await list(`${folder}/`)) await removeObject(urlOf(name), settings)
    }
  }
}

/** Opens the store of a run. Throws `bad-input` for what is neither a folder nor a part of a bucket. */
export function openStore(where: string): Store {
  if (isS3(where)) return s3Store(where)
  if (isAbsolute(where)) return folderStore(where, { temporary: where.endsWith(usual) })
  throw new SlimbedError('bad-input', `store ${where}: expected a whole path of a folder, or s3://bucket/prefix`)
}

/** The store of a run whose `clear` removes what it has left elsewhere, too: the parts of a table in shards. */
export function storeOf(where: string, program: JsonObject): Store {
  const store = openStore(where)
  const shards = describedShards(program)
  if (!shards) return store
  return {
    ...store,
    async clear(run) {
      await store.clear(run)
      await removeParts(shards.folder)
    }
  }
}
