import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { badSignature, type Key } from './signature.js'
import { type Call, memoryStore, type Reply, refusal, type Stored, stored } from './store.js'

/**
 * How a request goes wrong: an answer of its own, a connection that is cut after some bytes of the body, one on which nothing comes, or a body
 * with another first byte. */
export type Fault = { readonly reply: Reply } | { readonly cutAfter: number } | 'reset' | 'stall' | 'damage'

/** An S3 store on this machine, for tests: in memory, with signatures checked, and with faults. */
export interface S3Server {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string
  /** Environment variables of a program that uses it. */
  readonly environment: Readonly<Record<string, string>>
  /** `METHOD bucket/key?query` of every request. */
  readonly requests: string[]
  /** Objects by `bucket/key`. */
  readonly objects: Map<string, Stored>
  /** Uploads in parts that were neither completed nor given up. */
  readonly uploads: ReadonlyMap<string, unknown>
  /** Whether a request goes wrong, by its line in `requests`. */
  fault: (line: string) => Fault | undefined
  /** Milliseconds before each answer. */
  delay: number
  put(path: string, bytes: Uint8Array): void
  close(): Promise<void>
}

/** Options of `serveS3`. */
export interface S3ServerOptions {
  readonly buckets?: readonly string[]
  /** Objects on a page of a list. */
  readonly pageSize?: number
  /** Whether requests need no signature. */
  readonly open?: boolean
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

function send(response: ServerResponse, method: string, { status, headers = {}, body = '' }: Reply, cutAfter?: number) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  response.writeHead(status, { 'content-length': bytes.length, ...headers })
  if (method === 'HEAD') return response.end()
  if (cutAfter === undefined) return response.end(bytes)
  return response.write(bytes.subarray(0, cutAfter), () => response.destroy())
}

/** Starts an S3 store; close it when done. */
export async function serveS3(options: S3ServerOptions = {}): Promise<S3Server> {
  const { buckets = ['tables'], pageSize = 1000, open = false } = options
  const key: Key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfi', region: 'eu-north-1' }
  const objects = new Map<string, Stored>()
  const { answer, uploads } = memoryStore(objects, new Set(buckets), pageSize)
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '/', headers } = request
    const [path, search = ''] = url.slice(1).split('?')
    const line = `${method} ${decodeURIComponent(path)}${search && `?${search}`}`
    server.requests.push(line)
    const body = await bodyOf(request)
    if (server.delay > 0) await new Promise((done) => setTimeout(done, server.delay))
    const fault = server.fault(line)
    if (fault === 'reset') return request.socket.destroy()
    if (fault === 'stall') return undefined
    if (fault === 'damage') body[0] ^= 1
    else if (fault && 'reply' in fault) return send(response, method, fault.reply)
    const bad = open ? undefined : badSignature(request, key)
    const call: Call = { method, path: decodeURIComponent(path), query: new URLSearchParams(search), headers, body }
    return send(
      response,
      method,
      bad ? refusal(403, bad) : answer(call),
      fault === 'damage' ? undefined : fault?.cutAfter
    )
  }
  const http = createServer((request, response) => void reply(request, response).catch(() => response.destroy()))
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const server: S3Server = {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: key.region,
      ...(!open && { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey })
    },
    requests: [],
    objects,
    uploads,
    fault: () => undefined,
    delay: 0,
    put: (path, bytes) => void objects.set(path, stored(bytes)),
    close: () =>
      new Promise((done) => {
        http.closeAllConnections()
        http.close(() => done())
      })
  }
  return server
}
