import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A file on a server, and how the server misbehaves; everything may change between requests. */
export interface Served {
  bytes: Uint8Array
  /** Files beside it, by their names. */
  beside?: ReadonlyMap<string, Uint8Array>
  etag?: string | undefined
  modified?: string | undefined
  /** Sends files whole, whatever is asked for. */
  ignoresRanges?: boolean
  /** Status of every answer, such as 500. */
  status?: number
  /** Answers ranges with this Content-Range. */
  contentRange?: string | undefined
  /** Bytes of the body after which the connection is cut. */
  cutAfter?: number | undefined
  /** Bytes of the body after which nothing more comes. */
  stallAfter?: number | undefined
  /** Sends no Content-Length. */
  chunked?: boolean
  /** Milliseconds between single bytes of the body, which come one by one. */
  drip?: number | undefined
  /** Sends zeros after the body, without an end. */
  endless?: boolean
}

const zeros = new Uint8Array(65_536)

/** A file server on this machine that counts what it sends. */
export interface Server {
  readonly url: string
  readonly served: Served
  /** The Range header of every request, '' for none. */
  readonly ranges: string[]
  /** The path of every request. */
  readonly paths: string[]
  /** Bytes of bodies. */
  sent: number
  close(): Promise<void>
}

export async function serve(served: Served): Promise<Server> {
  const ranges: string[] = []
  const paths: string[] = []
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const {
      bytes: own,
      beside,
      etag,
      modified,
      ignoresRanges,
      status,
      cutAfter,
      stallAfter,
      chunked,
      drip,
      endless
    } = served
    const range = request.headers.range ?? ''
    const bytes = request.url === '/table.safetensors' ? own : beside?.get(request.url?.slice(1) ?? '')
    ranges.push(range)
    paths.push(request.url ?? '')
    if (status !== undefined) return response.writeHead(status).end('no')
    if (!bytes) return response.writeHead(404).end('not here')
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? []
    const partial = first !== undefined && !ignoresRanges
    const start = partial ? Number(first) : 0
    if (partial && start >= bytes.length) {
      return response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    }
    const end = partial ? Math.min(Number(last) + 1, bytes.length) : bytes.length
    const contentRange = served.contentRange ?? `bytes ${start}-${end - 1}/${bytes.length}`
    response.writeHead(partial ? 206 : 200, {
      ...(etag && { etag }),
      ...(modified && { 'last-modified': modified }),
      ...(partial && { 'content-range': contentRange }),
      ...(!chunked && { 'content-length': String(end - start) })
    })
    const body = bytes.subarray(start, Math.min(end, start + (cutAfter ?? stallAfter ?? bytes.length)))
    server.sent += body.length
    if (drip !== undefined) {
      let at = 0
      const timer = setInterval(() => response.write(body.subarray(at, ++at)), drip)
      return response.on('close', () => clearInterval(timer))
    }
    if (endless) {
      const more = () => {
        while (!response.destroyed && response.write(zeros)) server.sent += zeros.length
      }
      response.on('drain', more).write(body)
      return more()
    }
    if (cutAfter === undefined && stallAfter === undefined) return response.end(body)
    return response.write(body, () => {
      if (cutAfter !== undefined) response.destroy()
    })
  }
  const http = createServer(answer)
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const { port } = http.address() as AddressInfo
  const server: Server = {
    url: `http://127.0.0.1:${port}/table.safetensors`,
    served,
    ranges,
    paths,
    sent: 0,
    close: () =>
      new Promise((done) => {
        http.closeAllConnections()
        http.close(() => done())
      })
  }
  return server
}
