import * as Plot from '@observablehq/plot'

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** The widths of texts in pixels. */
function measure(fontSize: number): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return (text) => text.length * fontSize * 0.6
  context.font = `${fontSize}px ${getComputedStyle(document.body).fontFamily}`
  return (text) => context.measureText(text).width
}

/** Where the middle of a label may be, from its point: above, below, to the right, to the left. */
const places = (width: number, height: number) => {
  const [aside, away] = [width / 2 + 6, height / 2 + 4]
  return [
    [0, -away],
    [0, away],
    [aside, 0],
    [-aside, 0]
  ] as const
}

interface Labelled {
  readonly text: string
  readonly at: readonly [number, number]
}

/** Labels at points: each where it covers no label before it, and none where there is no such place. The first count most. */
export function labels(points: readonly Labelled[], fontSize: number) {
  const widthOf = measure(fontSize)
  const height = fontSize * 1.15
  return Plot.text(
    points,
    Plot.initializer(
      {
        x: ({ at }: Labelled) => at[0],
        y: ({ at }: Labelled) => at[1],
        text: 'text',
        fill: 'currentColor',
        fontSize
      },
      (_data, facets, _channels, scales, dimensions) => {
        const taken: Box[] = []
        const [x, y] = [new Float64Array(points.length), new Float64Array(points.length)]
        const kept = facets.map((facet) =>
          [...facet].filter((i) => {
            const [px, py] = [Number(scales.x?.(points[i].at[0])), Number(scales.y?.(points[i].at[1]))]
            // With a gap to the next.
            const width = widthOf(points[i].text) + 6
            for (const [dx, dy] of places(width, height)) {
              const [cx, cy] = [px + dx, py + dy]
              const box = { left: cx - width / 2, right: cx + width / 2, top: cy - height / 2, bottom: cy + height / 2 }
              const inside =
                box.left >= 0 && box.right <= dimensions.width && box.top >= 0 && box.bottom <= dimensions.height
              if (!inside || taken.some((other) => overlap(box, other))) continue
              taken.push(box)
              ;[x[i], y[i]] = [cx, cy]
              return true
            }
            return false
          })
        )
        return { facets: kept, channels: { x: { value: x }, y: { value: y } } }
      }
    )
  )
}
