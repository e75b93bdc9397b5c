import { availableParallelism } from 'node:os'
import { SlimbedError } from '@slimbed/runtime'
import type { Host } from '../source/host.js'
import type { FileSource } from './handle-source.js'
import { nodeHost } from './host.js'
import { parseOnThreads, type Sharing } from './parse-on-threads.js'

const sliceBytes = 4 << 20
/** Smaller files are parsed faster than threads can be started. */
const worthThreads = 32 << 20

/** The number of threads that was asked for, or as many as the machine runs at once. Throws `bad-option` for an invalid number. */
export function threadsOf(threads: number | undefined): number {
  if (threads === undefined) return availableParallelism()
  if (Number.isInteger(threads) && threads > 0) return threads
  throw new SlimbedError('bad-option', `threads must be a whole number from 1, not ${threads}`)
}

/** What Node has, with the text of `file` parsed on threads where `sharing` has several and the file is large. */
export function threadedHost(file: FileSource, threads: number, sharing?: Partial<Sharing>): Host {
  const { fd } = file
  const pays = threads > 1 && (sharing || file.size >= worthThreads)
  if (!pays || fd === undefined) return nodeHost
  const local = { ...file, fd }
  return {
    ...nodeHost,
    parse: (source, place, watch) =>
      source === file ? parseOnThreads(local, place, watch, { sliceBytes, ...sharing, threads }) : undefined
  }
}
