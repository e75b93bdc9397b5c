import { parse, View } from 'vega'
import { compile } from 'vega-lite'

/** What all plots share: a white ground, so that they can be read on dark pages too. */
const config = {
  background: 'white',
  font: 'sans-serif',
  axis: { gridColor: '#e4e4e4', labelLimit: 240, labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal' },
  legend: { labelLimit: 240, labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', orient: 'right' },
  view: { stroke: '#bbb' }
}

/**
 * A Vega-Lite plot as the text of an SVG file; the same plot gives the same text.
 * @param {import('vega-lite').TopLevelSpec} spec
 */
export async function svgOf(spec) {
  const { spec: lowered } = compile({ padding: 8, ...spec, config })
  const view = new View(parse(lowered), { renderer: 'none' })
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}
