import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const source = join(import.meta.dirname, '../src')

test('only src/node imports from Node, so the rest runs in a browser', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[jt]s$/.test(file))
  expect(files.length).toBeGreaterThan(20)
  for (const file of files.filter((name) => !name.startsWith('node/'))) {
    const text = readFileSync(join(source, file), 'utf8')
    expect(text, file).not.toMatch(/from '(node:|.*\/node\/)|\bBuffer\b|\bprocess\b/)
  }
})
