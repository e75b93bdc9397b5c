import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is at a path. */
export interface Page {
  readonly type: string
  readonly body: Uint8Array | string
}

/** A server of pages in memory, on this machine. */
export interface PageServer {
  readonly origin: string
  /** Bytes of bodies sent so far, by path. */
  readonly sent: Readonly<Record<string, number>>
  close(): Promise<void>
}

/** Serves pages by path, and ranges of them. */
export async function servePages(pages: (path: string) => Page | undefined): Promise<PageServer> {
  const sent: Record<string, number> = {}
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://local').pathname
    const page = pages(path)
    if (!page) return response.writeHead(404).end()
    // A view: to copy a file for each of its ranges would take longer than to send them.
    const body =
      typeof page.body === 'string'
        ? Buffer.from(page.body)
        : Buffer.from(page.body.buffer, page.body.byteOffset, page.body.length)
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const start = Number(first ?? 0)
    const end = last === undefined ? body.length : Math.min(Number(last) + 1, body.length)
    sent[path] = (sent[path] ?? 0) + end - start
    const partial = first !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${body.length}` }
    response.writeHead(partial ? 206 : 200, {
      'content-type': page.type,
      'content-length': end - start,
      'cache-control': 'no-store',
      etag: '"1"',
      ...partial
    })
    return response.end(body.subarray(start, end))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      })
  }
}
