import { build, install } from './prepare.mjs'
import { closingLine, runTests } from './tally.mjs'
import { node, say, script, tool } from './workspace.mjs'

/** @type {string[]} */
const summary = []

/**
 * @param {string} name
 * @param {() => Promise<number>} step resolves to its exit status
 */
async function timed(name, step) {
  const start = performance.now()
  const code = await step()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  summary.push(`  ${name.padEnd(8)} ${code === 0 ? 'ok    ' : 'FAILED'} ${seconds.padStart(6)} s`)
  return code
}

// `npm test`: installs if needed, builds, checks types and style, runs every test (further arguments go to vitest).
await script(async () => {
  await install()
  const built = await timed('build', async () => {
    await build()
    return 0
  })
  say('Checking types and style …')
  const types = await timed('types', () => node(tool('typescript', 'tsc'), ['-p', 'tsconfig.test.json']))
  const style = await timed('style', () => node(tool('@biomejs/biome', 'biome'), ['check', '.']))
  let counts = { passed: 0, failed: 0, skipped: 0 }
  const tests = await timed('tests', async () => {
    const result = await runTests(process.argv.slice(2))
    counts = result.counts
    if (result.skipped.length > 0) console.log(`\nSkipped:\n${result.skipped.map((name) => `  ${name}`).join('\n')}`)
    return result.code
  })
  console.log(`\n${summary.join('\n')}\n\n${closingLine(counts)}`)
  return built || types || style || tests
})
