import { SlimbedError } from '@slimbed/core/errors'
import { Redis } from 'ioredis'
import type { Client } from './client.js'

/** How long the first connection may take, in milliseconds. */
const first = 5_000
const minute = 60_000

/** A URL without its password, for messages. */
export function shown(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
  } catch {
    return url
  }
}

/** Throws `bad-option` for what is not the URL of a Redis server. */
function checkUrl(url: string): void {
  if (/^rediss?:\/\/[^/]/.test(url) && URL.canParse(url)) return
  throw new SlimbedError('bad-option', `expected redis://host:port or rediss://host:port, not "${shown(url)}"`)
}

/**
 * A connection to Redis, which is made again whenever it is lost. Rejects with `io` if there is no server to begin with, and with `bad-option`
 * for another kind of URL.
 */
export async function connect(url: string): Promise<Client> {
  checkUrl(url)
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: first,
    retryStrategy: (times) => Math.min(100 * times, 1000)
  })
  let problem: Error | undefined
  redis.on('error', (error: Error) => {
    problem = error
  })
  const timer = { ended: undefined as NodeJS.Timeout | undefined }
  const late = new Promise<never>((_, reject) => {
    timer.ended = setTimeout(() => {
      const why = problem ? `: ${problem.message}` : ' within 5 seconds'
      reject(
        new SlimbedError('io', `Redis at ${shown(url)} does not answer${why}; is it running, and the address right?`)
      )
    }, first)
  })
  try {
    await Promise.race([redis.ping(), late])
    return redis
  } catch (error) {
    redis.disconnect()
    if (error instanceof SlimbedError) throw error
    throw new SlimbedError('io', `Redis at ${shown(url)}: ${(error as Error).message}`, { cause: error })
  } finally {
    clearTimeout(timer.ended)
  }
}

/**
 * Calls `lost` once a connection has been away for so many milliseconds, a minute unless another time is given. Returns a function that ends the watch.
 */
export function watchConnection(
  redis: Client,
  url: string,
  lost: (error: SlimbedError) => void,
  patience = minute
): () => void {
  const time = patience === minute ? 'a minute' : `${patience / 1000} seconds`
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const away = () => {
    timer ??= setTimeout(() => {
      const message = `Redis at ${shown(url)} has been away for ${time}; the same command takes the run up again`
      lost(new SlimbedError('io', message))
    }, patience)
  }
  redis.on('close', away)
  redis.on('ready', stop)
  if (redis.status !== 'ready') away()
  return () => {
    redis.off('close', away)
    redis.off('ready', stop)
    stop()
  }
}
