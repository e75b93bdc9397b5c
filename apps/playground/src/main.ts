import './style.css'
import { presets } from './presets.js'
import { whileBusy } from './ui/busy.js'
import { tradeOff, wordMap } from './ui/charts.js'
import { element, make, messageOf } from './ui/dom.js'
import { showNeighbours } from './ui/near.js'
import { bytes, count } from './ui/numbers.js'
import { clearRuns, showRuns } from './ui/runs.js'
import type { Opened, Progress, Run } from './worker/api.js'
import { connect } from './worker/connect.js'

const worker = connect()
const section = (id: string) => element(id, HTMLElement)
const [about, failure, specError, nearError] = ['about', 'failure', 'spec-error', 'near-error'].map(section)
const spec = element('spec', HTMLInputElement)
const word = element('word', HTMLInputElement)
const mapWords = element('map-words', HTMLSelectElement)

let opened: Opened | undefined
let runs: Run[] = []
let chosen: Run | undefined

/** Does something that may fail; a failure is told where people look. */
async function attempt(where: HTMLElement, work: () => Promise<void>): Promise<void> {
  where.textContent = ''
  try {
    await work()
  } catch (error) {
    where.textContent = messageOf(error)
  }
}

const widthOf = (id: string) => Math.max(280, Math.floor(section(id).getBoundingClientRect().width))

function drawTrade(): void {
  if (chosen) section('trade').replaceChildren(tradeOff(runs, chosen, widthOf('trade')))
}

async function drawMap(): Promise<void> {
  if (!chosen) return
  const asked = mapWords.value === 'near' && word.value ? word.value : undefined
  const places = await worker.places(chosen.id, asked)
  section('scatter').replaceChildren(wordMap(places, widthOf('scatter')))
}

async function drawNeighbours(): Promise<void> {
  if (chosen && word.value) showNeighbours(await worker.neighbours(chosen.id, word.value, 10))
}

/** Shows everything about a run. */
async function choose(run: Run): Promise<void> {
  chosen = run
  const withWords = (opened?.words.length ?? 0) > 0
  section('results').hidden = false
  section('near').hidden = !withWords
  section('map').hidden = !withWords
  section('download-size').textContent =
    `${bytes(run.fileBytes)}, with its words${run.backend ? `; computed on ${run.backend}` : ''}`
  showRuns(runs, run, (other) => void attempt(failure, () => choose(other)))
  drawTrade()
  if (!withWords) return
  await attempt(nearError, drawNeighbours)
  await drawMap()
}

/** Takes in what has been opened; what was made of the table before is gone. */
async function take(table: Opened): Promise<void> {
  opened = table
  runs = table.run ? [table.run] : []
  chosen = undefined
  clearRuns()
  const made = table.artefact ? 'an artefact' : bytes(table.rows * table.dim * 4)
  about.replaceChildren(
    make('strong', table.name),
    `: ${count(table.rows)} rows × ${count(table.dim)} columns, ${made}, ${bytes(table.bytes)} on disk.`,
    ...table.warnings.map((warning) => make('span', ` ${warning}.`, 'muted'))
  )
  section('compress').hidden = table.artefact
  for (const id of ['results', 'near', 'map']) section(id).hidden = true
  element('some-words', HTMLDataListElement).replaceChildren(
    ...table.words.slice(0, 500).map((value) => {
      const option = make('option')
      option.value = value
      return option
    })
  )
  word.value = table.words.includes('water') ? 'water' : (table.words[100] ?? table.words[0] ?? '')
  if (table.run) await choose(table.run)
}

const openWith = (open: (progress: Progress) => Promise<Opened>) =>
  attempt(failure, async () => take(await whileBusy('Opening', open)))

/** Runs one pipeline, or several in turn. */
async function compressWith(specs: readonly string[]): Promise<void> {
  await attempt(failure, async () => {
    for (const one of specs) {
      const run = await whileBusy(one, (progress) => worker.compress(one, progress))
      runs = [...runs.filter(({ spec }) => spec !== run.spec), run].sort((a, b) => a.bytes - b.bytes)
      await choose(run)
    }
  })
}

async function checkSpec(): Promise<boolean> {
  const wrong = await worker.check(spec.value)
  specError.textContent = wrong ?? ''
  spec.setAttribute('aria-invalid', String(wrong !== undefined))
  return wrong === undefined
}

function offerPresets(): void {
  section('presets').replaceChildren(
    ...presets.map((preset, i) => {
      const label = make('label')
      const radio = make('input')
      radio.type = 'radio'
      radio.name = 'preset'
      radio.checked = i === 1
      radio.addEventListener('change', () => {
        spec.value = preset
        void checkSpec()
      })
      label.append(radio, make('code', preset))
      return label
    })
  )
  spec.value = presets[1]
}

function listen(): void {
  const file = element('file', HTMLInputElement)
  const drop = section('drop')
  file.addEventListener('change', () => {
    const [given] = file.files ?? []
    if (given) void openWith((progress) => worker.open(given, progress))
    // The same file may be chosen again.
    file.value = ''
  })
  for (const event of ['dragenter', 'dragover', 'dragleave', 'drop']) {
    document.addEventListener(event, (happened) => {
      happened.preventDefault()
      drop.classList.toggle('over', event === 'dragenter' || event === 'dragover')
    })
  }
  document.addEventListener('drop', (event) => {
    const [given] = event.dataTransfer?.files ?? []
    if (given) void openWith((progress) => worker.open(given, progress))
  })
  section('sample').addEventListener('click', () => void openWith((progress) => worker.openSample(progress)))
  element('form', HTMLFormElement).addEventListener('submit', async (event) => {
    event.preventDefault()
    if (await checkSpec()) await compressWith([spec.value])
  })
  spec.addEventListener('input', () => void checkSpec())
  section('all').addEventListener('click', () => void compressWith(presets))
  section('stop').addEventListener('click', () => void worker.stop())
  element('near-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    void attempt(nearError, async () => {
      await drawNeighbours()
      if (mapWords.value === 'near') await drawMap()
    })
  })
  mapWords.addEventListener('change', () => void attempt(failure, drawMap))
  section('download').addEventListener('click', () => void attempt(failure, download))
  let resized: ReturnType<typeof setTimeout> | undefined
  addEventListener('resize', () => {
    clearTimeout(resized)
    resized = setTimeout(() => {
      drawTrade()
      void attempt(failure, drawMap)
    }, 150)
  })
}

async function download(): Promise<void> {
  if (!chosen || !opened) return
  const file = await worker.artefact(chosen.id)
  const link = make('a')
  link.href = URL.createObjectURL(new Blob([file.slice()], { type: 'application/octet-stream' }))
  link.download = `${opened.name.replace(/(\.[a-z]+)+$/i, '')}.slimbed.safetensors`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

offerPresets()
listen()
