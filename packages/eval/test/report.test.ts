import { describe, expect, test } from 'vitest'
import type { ComparedScore, Evaluation, TableEvaluation } from '../src/index.js'
import { renderReport } from '../src/report/index.js'

const score = (task: string, value: number, difference?: ComparedScore['difference']): ComparedScore => ({
  kind: 'similarity',
  task,
  measure: 'spearman',
  value,
  items: 1200,
  covered: 1100,
  ...(difference && { difference })
})
const band = (rows: number, relativeError: number) => ({ rows, relativeError, meanCosine: 0.9, neighbourOverlap: 0.8 })
const table = (path: string, more: Partial<TableEvaluation> = {}): TableEvaluation => ({
  path,
  format: 'slimbed',
  rows: 1000,
  dim: 50,
  bytes: 26_000,
  tableBytes: 25_000,
  ratio: 8,
  isotropy: 0.1234,
  scores: [score('pairs', 0.512, { value: -0.034, low: -0.05, high: 0.011 })],
  fidelity: {
    rows: 1000,
    relativeError: 0.25,
    meanCosine: 0.97,
    neighbourOverlap: 0.75,
    k: 10,
    eigenspaceOverlap: 0.6,
    bands: [band(100, 0.21), band(900, 0.26)]
  },
  ...more
})
const { fidelity: _, ...plain } = table('vectors.txt')
const against: TableEvaluation = { ...plain, scores: [score('pairs', 0.546)] }
const evaluation = (more: Partial<Evaluation> = {}): Evaluation => ({
  tasks: 'tasks',
  seed: 0,
  resamples: 1000,
  against,
  tables: [
    table('a.safetensors', { pipeline: 'lowrank(rank=3) | fixedpoint' }),
    table('b.safetensors', { ratio: 12, tableBytes: 16_667 })
  ],
  skipped: [{ file: 'x.txt', reason: 'x.txt: the file is empty' }],
  notes: ['y.txt, line 3: not UTF-8; the file is read as Latin-1'],
  ...more
})

describe('the report', () => {
  test('is one page that loads nothing, with its figures, plots and notes', () => {
    const page = renderReport(evaluation())
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\ssrc=|\shref=/)
    expect(page.match(/https?:[^"']*/g)?.filter((url) => !url.startsWith('http://www.w3.org/')) ?? []).toEqual([])
    for (const text of ['Size and error', 'By frequency', 'Tasks', 'Scores × 100', 'Notes']) {
      expect(page).toContain(`<h2>${text}</h2>`)
    }
    expect(page).toContain('data-label="1. lowrank(rank=3) | fixedpoint">51.2<small>−3.4 (−5.0 to +1.1)</small></td>')
    expect(page).toContain('<th scope="row">pairs<small>spearman; 1,100 of 1,200 known</small></th>')
    expect(page).toContain('1.&nbsp;a.<wbr>safetensors<small><code>lowrank(rank=3) | fixedpoint</code></small></th>')
    expect(page).toContain('<li>Left out: x.txt: the file is empty</li>')
    expect(page).toContain('prefers-color-scheme: dark')
    // Two plots of size and error, two by frequency, one of tasks, and the signs of two tables in two tables of figures.
    expect(page.match(/<svg/g)).toHaveLength(9)
    // A name on what has no role is said to nobody.
    expect(page.match(/<svg[^>]*>/g)?.every((svg) => svg.includes('role="img"') && svg.includes('aria-label='))).toBe(
      true
    )
    expect(page.match(/aria-label=/g)).toHaveLength(9)
  })

  test('is the same for the same evaluation', () => {
    expect(renderReport(evaluation())).toBe(renderReport(evaluation()))
  })

  test('shows scores where there is no original, and leaves out what is not there', () => {
    const {
      against: _,
      tasks: __,
      ...alone
    } = evaluation({ tables: [{ ...plain, path: 'a' }], skipped: [], notes: [] })
    const page = renderReport(alone)
    expect(page).toContain('<h2>Tasks</h2>')
    for (const text of ['Size and error', 'By frequency', 'Notes']) expect(page).not.toContain(`<h2>${text}</h2>`)
    const empty = renderReport({ ...alone, tables: [{ ...plain, path: 'a', scores: [] }] })
    expect(empty).not.toContain('<h2>Tasks</h2>')
  })

  test('names from files stay text', () => {
    const name = '<script>alert(1)</script>&"\'\u0007\u202e'
    const hostile = evaluation({
      tasks: name,
      tables: [table(name, { pipeline: name, scores: [score(name, 0.5, { value: 0, low: 0, high: 0 })] }), table(name)],
      skipped: [{ file: name, reason: name }]
    })
    const page = renderReport(hostile)
    expect(page).not.toContain('<script')
    expect(page).not.toContain('\u202e')
    expect(page).toContain('&lt;script&gt;')
  })
})
