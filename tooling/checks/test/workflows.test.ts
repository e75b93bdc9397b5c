import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../../.github/workflows/', import.meta.url))
const workflows = readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')] as const)

/** The text of each job of a workflow. */
const jobsOf = (text: string) => (text.split(/^jobs:\n/m)[1] ?? '').split(/^(?= {2}[\w-]+:\n)/m)

describe.each(workflows)('%s', (_name, text) => {
  test('names every action by its commit, and says the version', () => {
    const used = [...text.matchAll(/\buses: *(.*)$/gm)].map(([, action]) => action)
    expect(used.length).toBeGreaterThan(0)
    for (const action of used) expect(action).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  test('has no secret of its own: the registry trusts the workflow', () => {
    expect(text).not.toMatch(/secrets\.|NPM_TOKEN|NODE_AUTH_TOKEN/)
  })

  test('runs tests only where nothing can be written', () => {
    const jobs = jobsOf(text)
    expect(jobs.length).toBeGreaterThan(1)
    for (const job of jobs) {
      if (/: write\b/.test(job)) expect(job).not.toMatch(/npm (?:test|start)|vitest/)
    }
    expect(text).toMatch(/^permissions:(?: \{\}|\n {2}contents: read)$/m)
  })
})
