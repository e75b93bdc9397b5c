import { afterEach, expect, test } from 'vitest'
import { load, rows } from '../src/index.js'
import { openShardsUrl } from '../src/shards/index.js'
import { type Served, type Server, serve } from './server.js'
import { dim, shards } from './shards-sample.js'

const servers: Server[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

/** Shards in the folder `table` of a server. */
async function start(counts: readonly number[], served: Partial<Served> = {}) {
  const { files, bytes } = await shards(counts)
  const beside = new Map(
    [...files, ['slimbed.shards.json', bytes] as const].map(([name, file]) => [`table/${name}`, file])
  )
  const server = await serve({ bytes: new Uint8Array(), beside, etag: '"one"', ...served })
  servers.push(server)
  return { server, files, beside, url: new URL('table', server.url).href }
}

test('rows and words are read by ranges, of the parts that have them alone', async () => {
  const counts = [2000, 3000, 2500]
  const { server, files, url } = await start(counts)
  for (const address of [url, `${url}/`, new URL(url)]) {
    server.paths.splice(0)
    server.ranges.splice(0)
    server.sent = 0
    const { table, find, manifest } = await openShardsUrl(address)
    expect([table.rows, table.dim, manifest.parts.length, server.paths]).toEqual([
      7500,
      dim,
      3,
      ['/table/slimbed.shards.json']
    ])
    const ids = [7499, 5000, 6123]
    const part = load(files.get('part-2.safetensors') ?? new Uint8Array()).table
    expect([...(await table.read(ids))]).toEqual([
      ...rows(
        part,
        ids.map((id) => id - 5000)
      )
    ])
    expect(new Set(server.paths)).toEqual(new Set(['/table/slimbed.shards.json', '/table/part-2.safetensors']))
    expect(server.ranges.slice(1).every((range) => range.startsWith('bytes='))).toBe(true)
    expect(server.sent).toBeLessThan([...files.values()].reduce((sum, { length }) => sum + length, 0))
    expect([await find('w2100'), await find('none')]).toEqual([2100, -1])
    expect(server.paths).toContain('/table/part-0.safetensors')
  }
})

test('a server without ranges', async () => {
  const { files, url } = await start([40, 50], { ignoresRanges: true })
  const { table } = await openShardsUrl(url)
  const [first] = [...files.values()].map((file) => load(file).table)
  expect([...(await table.read([7]))]).toEqual([...rows(first, [7])])
})

test('what is not there, is another file, or changes meanwhile, is refused', async () => {
  const { server, beside, url } = await start([400, 500, 3000])
  await expect(openShardsUrl(`${url}/none`)).rejects.toMatchObject({ code: 'not-found' })
  const { table } = await openShardsUrl(url)
  const changed = Uint8Array.from(beside.get('table/part-0.safetensors') ?? [])
  changed[20] ^= 1
  beside.set('table/part-0.safetensors', changed)
  beside.delete('table/part-1.safetensors')
  await expect(table.read([3])).rejects.toMatchObject({ code: 'corrupt-file' })
  await expect(table.read([401])).rejects.toMatchObject({ code: 'not-found' })
  await table.read([900])
  server.served.etag = '"two"'
  await expect(table.read([3899])).rejects.toMatchObject({ code: 'io' })
})
