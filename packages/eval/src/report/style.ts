/** The colours of tables, by their order, and signs that tell them apart without colour. */
export const series = [1, 2, 3, 4, 5, 6].map((i) => `var(--table-${i})`)

const light = ['#005f9e', '#b84a00', '#00795a', '#a13d80', '#8a6100', '#4a4ad0']
const dark = ['#6cb8ff', '#ff9d5c', '#4ddbb0', '#f09fd0', '#f2c14e', '#b0aaff']
const variables = (colours: readonly string[]) => colours.map((colour, i) => `--table-${i + 1}: ${colour};`).join(' ')

/** How the page looks, in light and in dark. */
export const style = `
:root { color-scheme: light dark; --page: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d5dae0; ${variables(light)} }
@media (prefers-color-scheme: dark) {
  :root { --page: #12161b; --text: #e6eaef; --quiet: #9aa5b1; --line: #333b45; ${variables(dark)} }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p { margin: .25rem 0 .75rem; overflow-wrap: anywhere; } .quiet, figcaption { color: var(--quiet); font-size: .9rem; }
figure { margin: 0 0 1.5rem; } figure svg { display: block; max-width: 100%; height: auto; overflow: visible; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; min-width: 60%; }
th, td { padding: .35rem .75rem .35rem 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: normal; }
thead th { vertical-align: bottom; font-weight: 600; color: var(--quiet); }
tbody th { overflow-wrap: anywhere; min-width: 11rem; max-width: 24rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; } td.number { white-space: nowrap; }
small { display: block; font-size: .8rem; font-weight: normal; color: var(--quiet); } code { font-size: .95em; }
table svg { display: inline-block; vertical-align: -.15em; margin-right: .4em; }
.pair { display: flex; flex-wrap: wrap; gap: 1rem 1.25rem; } .pair svg { flex: 0 1 27.5rem; min-width: 0; }
li { overflow-wrap: anywhere; }
/* On a phone each row is a block: what it is about, and under it the figures with their names. */
@media (max-width: 44rem) {
  table, tbody, tbody tr { display: block; } thead { display: none; } tbody tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  tbody th { display: block; max-width: none; padding: .1rem 0; border: 0; font-weight: 600; }
  td.number { display: grid; grid-template-columns: 1fr auto; column-gap: 1rem; padding: .1rem 0; border: 0; }
  td.number::before { content: attr(data-label); text-align: left; color: var(--quiet); overflow-wrap: anywhere; white-space: normal; }
  td.number:empty { display: none; } td.number small { grid-column: 2; }
}
`
