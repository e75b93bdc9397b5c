import { expect, it } from 'vitest'
import { scaledSums } from '../scaled-sums.js'
import { onEachEngine, streamed } from './support.js'

onEachEngine((engine) => {
  it('mapRows gives a job all rows once, in blocks of whole multiples, and what is given for each', async () => {
    const matrix = streamed(10_000, 3)
    const all = await matrix.read(0, matrix.rows)
    const given = { factors: Float32Array.of(1, 2), shift: -1 }
    const starts: number[] = []
    const found = new Float64Array(matrix.rows)
    const mapping = { given, each: (start: number) => ({ shift: start }), operations: 10, multiple: 100 }
    await engine.tensor.mapRows(matrix, scaledSums, mapping, (start, { sums }) => {
      starts.push(start)
      found.set(sums, start)
    })
    const off = found.map((sum, row) => {
      const exact = (all[3 * row]! + all[3 * row + 1]! + all[3 * row + 2]!) * (1 + (row % 2)) + 1
      return Math.abs(sum - exact)
    })
    expect(Math.max(...off)).toBeLessThan(1e-5)
    expect(starts).toEqual([0, 4000, 8000])
  })

  it('mapRows does the job here where its module cannot be found', async () => {
    const job = { ...scaledSums, url: 'file:///nowhere/job.js' }
    const given = { factors: new Float32Array(20_000).fill(1), shift: 7 }
    let rows = 0
    await engine.tensor.mapRows(streamed(500, 2), job, { given, operations: 1e12 }, (_, { sums }) => {
      rows += sums.length
    })
    expect(rows).toBe(500)
  })

  it('mapRows rejects as the job and the visitor do', async () => {
    const given = { factors: new Float32Array(1), shift: Number.NaN }
    const none = () => {}
    await expect(engine.tensor.mapRows(streamed(5, 2), scaledSums, { given, operations: 1 }, none)).rejects.toThrow(
      'no shift'
    )
    const visit = () => Promise.reject(new Error('full'))
    const fine = { given: { ...given, shift: 0 }, operations: 1 }
    await expect(engine.tensor.mapRows(streamed(5, 2), scaledSums, fine, visit)).rejects.toThrow('full')
  })
})
