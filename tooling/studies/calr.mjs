// Plots the rate of CALR over twelve epochs, which two restarts divide: node tooling/studies/calr.mjs, after a build.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { calr } from '@slimbed/calr'
import { svgOf } from './plot.mjs'

const [epochs, stepsPerEpoch] = [12, 139]
const schedule = calr({ cycle: 100, stepsPerEpoch })
const values = Array.from({ length: epochs * stepsPerEpoch }, (_, step) => ({
  epoch: step / stepsPerEpoch,
  rate: schedule.rate(step)
}))
const restarts = [5, 10].map((epoch) => ({ epoch, text: 'restart' }))

const svg = await svgOf({
  width: 640,
  height: 260,
  layer: [
    {
      data: { values },
      mark: { type: 'line', strokeWidth: 1.3, color: '#1f5fa8', interpolate: 'linear' },
      encoding: {
        x: { field: 'epoch', type: 'quantitative', title: 'epoch', scale: { domain: [0, epochs] } },
        y: {
          field: 'rate',
          type: 'quantitative',
          title: 'learning rate',
          scale: { type: 'log' },
          axis: { format: '.0e', values: [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3] }
        }
      }
    },
    {
      data: { values: restarts },
      mark: { type: 'rule', strokeDash: [4, 3], color: '#b4442c' },
      encoding: { x: { field: 'epoch', type: 'quantitative' } }
    }
  ]
})
const folder = new URL('../../docs/studies/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('calr.svg', folder), svg)
console.log(fileURLToPath(new URL('calr.svg', folder)))
