/** How points and families of a front look when they are pointed at. */
export const frontStyle = `
.families { display: flex; flex-wrap: wrap; gap: .4rem; margin: 1rem 0; padding: 0; }
.families button { font: inherit; font-size: .9rem; color: inherit; background: none; border: 1px solid var(--line); border-radius: 2rem;
  padding: .25rem .7rem; min-height: 2.25rem; cursor: pointer; text-align: left; overflow-wrap: anywhere; }
.families button[aria-pressed=true] { border-color: currentColor; }
.families svg { display: inline-block; vertical-align: -.1em; margin-right: .35em; }
.pair svg { touch-action: pan-y; cursor: crosshair; } [data-point].here { stroke: var(--text); stroke-width: 3px; }
main.some [data-point]:not(.on) { opacity: .12; }
#card { position: absolute; z-index: 1; max-width: min(22rem, calc(100vw - 2rem)); padding: .5rem .75rem; font-size: .9rem; background: var(--page);
  border: 1px solid var(--line); border-radius: .4rem; box-shadow: 0 2px 12px #0003; pointer-events: none; overflow-wrap: anywhere; }
#card div { display: flex; justify-content: space-between; gap: 1rem; } #card div span:last-child { font-variant-numeric: tabular-nums; }
summary { cursor: pointer; margin: 1.5rem 0 .5rem; }
`

/**
 * What the page of a front does: the point nearest to a pointer or a finger shows its figures, and buttons show some families alone. Without it the
 * page has its plots and tables all the same.
 */
export const frontScript = `
const points = JSON.parse(document.getElementById('points').textContent)
const [main, card] = [document.querySelector('main'), document.getElementById('card')]
const dots = [...document.querySelectorAll('[data-point]')]
const reach = 48
function show(dot) {
  for (const one of dots) one.classList.toggle('here', one.dataset.point === dot?.dataset.point)
  card.hidden = !dot
  if (!dot) return
  const [title, ...figures] = points[dot.dataset.point]
  const heading = Object.assign(document.createElement('code'), { textContent: title })
  card.replaceChildren(heading, ...figures.map((pair) => {
    const line = document.createElement('div')
    line.append(...pair.map((textContent) => Object.assign(document.createElement('span'), { textContent })))
    return line
  }))
  const at = dot.getBoundingClientRect()
  const left = Math.min(at.left + 14, document.documentElement.clientWidth - card.offsetWidth - 12)
  const above = at.top - card.offsetHeight - 10
  card.style.left = Math.max(8, left) + scrollX + 'px'
  card.style.top = (above > 0 ? above : at.bottom + 10) + scrollY + 'px'
}
function nearest(svg, { clientX, clientY }) {
  let [best, least] = [undefined, reach ** 2]
  for (const dot of svg.querySelectorAll('[data-point]')) {
    if (main.classList.contains('some') && !dot.classList.contains('on')) continue
    const { left, top, width, height } = dot.getBoundingClientRect()
    const far = (left + width / 2 - clientX) ** 2 + (top + height / 2 - clientY) ** 2
    if (far < least) [best, least] = [dot, far]
  }
  return best
}
document.addEventListener('pointermove', (event) => {
  if (event.pointerType === 'mouse') show(nearestTo(event))
})
document.addEventListener('pointerdown', (event) => show(nearestTo(event)))
function nearestTo(event) {
  const svg = event.target.closest?.('.pair svg')
  return svg ? nearest(svg, event) : undefined
}
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') show()
})
addEventListener('resize', () => show())
for (const button of document.querySelectorAll('.families button')) {
  button.addEventListener('click', () => {
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'))
    const on = [...document.querySelectorAll('.families [aria-pressed=true]')].map(({ value }) => value)
    main.classList.toggle('some', on.length > 0)
    for (const dot of dots) dot.classList.toggle('on', on.includes(dot.dataset.family))
  })
}
`
