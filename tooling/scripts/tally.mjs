import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { node, root, tool } from './workspace.mjs'

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ fullName: string, status: string }} Assertion
 * @typedef {{ name: string, status: string, message: string, assertionResults: Assertion[] }} File
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: File[] }} Report
 */

/** @param {Counts} counts */
export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`

/**
 * A test file that could not be loaded counts as one failed test.
 *
 * @param {Report} report
 */
function countsOf(report) {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests
  }
}

/**
 * Runs vitest and counts its tests; adds the counts to the file that SLIMBED_TALLY names, if any.
 *
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, counts: Counts, skipped: string[] }>} `skipped`: the tests' files and names
 */
export async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-test-'))
  try {
    const file = join(folder, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const code = await node(tool('vitest'), ['run', ...reporters, ...args])
    if (!existsSync(file)) throw new Error(`vitest ended with status ${code} before it ran any test`)
    /** @type {Report} */
    const report = JSON.parse(readFileSync(file, 'utf8'))
    const counts = countsOf(report)
    const { SLIMBED_TALLY } = process.env
    if (SLIMBED_TALLY) appendFileSync(SLIMBED_TALLY, `${counts.passed} ${counts.failed} ${counts.skipped}\n`)
    const skipped = report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status !== 'passed' && status !== 'failed')
        .map(({ fullName }) => `${relative(root, name)}: ${fullName}`)
    )
    return { code, counts, skipped }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
