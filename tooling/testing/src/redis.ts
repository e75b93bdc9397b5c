import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether there is a Redis server to start. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

/** A Redis server that a test has started. */
export interface RedisServer {
  readonly url: string
  /** Kills it as a crash does, and starts it again with what it had written. */
  crash(): Promise<void>
  /** Ends it; nothing of it is left. */
  stop(): Promise<void>
}

/** A port that nobody uses now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** Starts a Redis server that writes down every command at once, on a free port of this machine. */
export async function startRedis(): Promise<RedisServer> {
  const [folder, port] = [mkdtempSync(join(tmpdir(), 'slimbed-redis-')), await freePort()]
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '']
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
  let server: ChildProcess
  const start = async () => {
    server = spawn('redis-server', [...args, ...durable], { stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    for await (const part of server.stdout!) {
      text += part
      if (text.includes('Ready to accept connections')) return
    }
    throw new Error(`redis-server did not start: ${text}`)
  }
  const kill = async () => {
    const ended = once(server, 'exit')
    if (server.kill('SIGKILL')) await ended
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    async crash() {
      await kill()
      await start()
    },
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
