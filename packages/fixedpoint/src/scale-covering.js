/** @import { ScaleModule } from '@slimbed/core/quantize' */
/** @import { GridShape } from './grid.js' */
import { mostScale, storedScale } from './stored-scale.js'

// Plain JavaScript that imports no package: threads run it too, from the sources and from the build.

/** With fewer levels, half a step more or less at the ends is much of the step. */
const manyLevels = 127

/**
 * The scale at which a grid with this zero covers `min … max`: of many levels, the last reach both ends; of few, they may end half a
 * step before them.
 * @param {number} min
 * @param {number} max
 * @param {number} zero
 * @param {number} top
 */
export function leastScale(min, max, zero, top) {
  const beyond = top >= manyLevels && zero > 0 && zero < top ? 0 : 0.5
  return Math.max(max / (top - zero + beyond), -min / (zero + beyond))
}

/**
 * The scale of the symmetric grid that covers `min … max`, rounded as it is stored. No value is more than half a step off.
 * @param {GridShape} shape
 * @returns {(min: number, max: number) => number}
 */
export function scaleCovering({ top, middle, half }) {
  const most = mostScale(top, middle)
  const rise = middle === top / 2
  return (min, max) => {
    if (min === 0 && max === 0) return 0
    const scale = rise ? (2 * Math.max(max, -min)) / top : leastScale(min, max, middle, top)
    return storedScale(scale, half, true, most)
  }
}

/**
 * Where threads find `scaleCovering` of a shape.
 * @param {GridShape} shape
 * @returns {ScaleModule}
 */
export const scalesCovering = ({ top, middle, half }) => ({
  url: import.meta.url,
  name: 'scaleCovering',
  given: { top, middle, half }
})
