import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server of files with ranges; `answer` may answer in its place, and says so by `true`. */
export async function serveFiles(
  files: Readonly<Record<string, Uint8Array>>,
  answer: (request: IncomingMessage, response: ServerResponse) => boolean = () => false
) {
  const requests: string[] = []
  const http = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? ''}`)
    if (answer(request, response)) return
    const bytes = files[(request.url ?? '').slice(1).split('?')[0]]
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (!bytes) response.writeHead(404).end()
    else if (first === undefined) response.writeHead(200).end(bytes)
    else if (Number(first) >= bytes.length) response.writeHead(416).end()
    else {
      const [start, end] = [Number(first), Math.min(Number(last) + 1, bytes.length)]
      const headers = { etag: '"1"', 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` }
      response.writeHead(206, headers).end(bytes.subarray(start, end))
    }
  })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const close = () =>
    new Promise<void>((done) => {
      http.closeAllConnections()
      http.close(() => done())
    })
  return { url, requests, close }
}
