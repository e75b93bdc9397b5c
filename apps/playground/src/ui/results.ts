import type { Remote } from 'comlink'
import type { Api, Opened, Run } from '../worker/api.js'
import { attempt } from './attempt.js'
import { tradeOff, wordMap } from './charts.js'
import { element, make } from './dom.js'
import { showNeighbours } from './near.js'
import { bytes } from './numbers.js'
import { clearRuns, showRuns } from './runs.js'
import { createTexts } from './texts.js'

const section = (id: string) => element(id, HTMLElement)
const word = element('word', HTMLInputElement)
const mapWords = element('map-words', HTMLSelectElement)
const [nearError, mapError, downloadError] = ['near-error', 'map-error', 'download-error'].map(section)

const widthOf = (id: string) => Math.max(280, Math.floor(section(id).getBoundingClientRect().width))

/** What pipelines made of the table: the runs, and everything about the one that is chosen. */
export interface Results {
  /** Begins anew with a table: what was made of the one before is gone. */
  take(table: Opened): Promise<void>
  add(run: Run): Promise<void>
  /** Hides all, when there is no table. */
  clear(): void
}

/** The part of the page that shows results. */
export function createResults(worker: Remote<Api>): Results {
  const texts = createTexts(worker)
  let opened: Opened | undefined
  let runs: Run[] = []
  let chosen: Run | undefined

  function drawTrade(): void {
    if (chosen) section('trade').replaceChildren(tradeOff(runs, chosen, widthOf('trade')))
  }

  async function drawMap(): Promise<void> {
    const run = chosen
    if (!run || section('map').hidden) return
    const asked = mapWords.value === 'near' && word.value ? word.value : undefined
    const places = await worker.places(run.id, asked)
    if (run === chosen) section('scatter').replaceChildren(wordMap(places, widthOf('scatter')))
  }

  async function drawNeighbours(): Promise<void> {
    const run = chosen
    if (!run || !word.value) return
    const found = await worker.neighbours(run.id, word.value, 10)
    if (run === chosen) showNeighbours(found)
  }

  /** Draws what belongs to the chosen run; what goes wrong with another is of no interest by then. */
  function draw(where: HTMLElement, work: () => Promise<void>): Promise<void> {
    const run = chosen
    return attempt(where, work, () => run === chosen)
  }

  /** Shows everything about a run. */
  async function choose(run: Run): Promise<void> {
    chosen = run
    const withWords = (opened?.words.length ?? 0) > 0
    section('results').hidden = false
    section('near').hidden = !withWords
    section('map').hidden = !withWords
    downloadError.textContent = ''
    const how = [', with its words', run.backend && `; computed on ${run.backend}`, run.note && `; ${run.note}`]
    section('download-size').textContent = `${bytes(run.fileBytes)}${how.filter(Boolean).join('')}`
    showRuns(runs, run, (other) => void choose(other))
    drawTrade()
    await texts.show(run)
    if (!withWords || run !== chosen) return
    await draw(nearError, drawNeighbours)
    await draw(mapError, drawMap)
  }

  function clear(): void {
    runs = []
    chosen = undefined
    clearRuns()
    void texts.show(undefined)
    for (const id of ['results', 'near', 'map']) section(id).hidden = true
    for (const error of [nearError, mapError, downloadError]) error.textContent = ''
  }

  async function download(): Promise<void> {
    if (!chosen || !opened) return
    const { name } = opened
    const file = await worker.artefact(chosen.id)
    const link = make('a')
    link.href = URL.createObjectURL(new Blob([file.slice()], { type: 'application/octet-stream' }))
    link.download = `${name.replace(/(\.[a-z]+)+$/i, '')}.slimbed.safetensors`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }

  section('download').addEventListener('click', () => void draw(downloadError, download))
  element('near-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    void draw(nearError, async () => {
      await drawNeighbours()
      if (mapWords.value === 'near') await drawMap()
    })
  })
  mapWords.addEventListener('change', () => void draw(mapError, drawMap))
  let resized: ReturnType<typeof setTimeout> | undefined
  addEventListener('resize', () => {
    clearTimeout(resized)
    resized = setTimeout(() => {
      drawTrade()
      void draw(mapError, drawMap)
    }, 150)
  })

  return {
    async take(table) {
      opened = table
      clear()
      word.value = table.words.includes('water') ? 'water' : (table.words[100] ?? table.words[0] ?? '')
      element('some-words', HTMLDataListElement).replaceChildren(
        ...table.words.slice(0, 500).map((value) => {
          const option = make('option')
          option.value = value
          return option
        })
      )
      if (table.run) await this.add(table.run)
    },
    add(run) {
      runs = [...runs.filter(({ spec }) => spec !== run.spec), run].sort((a, b) => a.bytes - b.bytes)
      return choose(run)
    },
    clear
  }
}
