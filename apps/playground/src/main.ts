import './style.css'
import { presets } from './presets.js'
import { attempt } from './ui/attempt.js'
import { whileBusy } from './ui/busy.js'
import { element, make } from './ui/dom.js'
import { listenForFiles, showChoice, showTable } from './ui/input.js'
import { createResults } from './ui/results.js'
import { listenForSizes } from './ui/size.js'
import type { Choice, Opened, Progress } from './worker/api.js'
import { connect } from './worker/connect.js'

const worker = connect()
const results = createResults(worker)
const sizes = listenForSizes(worker, (run) => results.add(run))
const section = (id: string) => element(id, HTMLElement)
const [openError, runError, specError] = ['open-error', 'run-error', 'spec-error'].map(section)
const spec = element('spec', HTMLInputElement)

/** Raised by everything that ends what goes on: what was begun before it is of no interest any more. */
let turn = 0

/** Opens a table, the sample or a file's. Whatever was being opened or compressed ends: its results would be of another table. */
function openWith(isFile: boolean, open: (progress: Progress) => Promise<Opened | Choice>): Promise<void> {
  const mine = ++turn
  const current = () => mine === turn
  const work = async () => {
    const found = await whileBusy('opening', 'Opening', open)
    if (!current()) return
    runError.textContent = ''
    section('compress').hidden = 'tensors' in found || found.artefact
    if ('tensors' in found) {
      results.clear()
      showChoice(found)
    } else {
      showTable(found, isFile)
      sizes.take(found)
      await results.take(found)
    }
  }
  return attempt(openError, work, current)
}

/** Runs one pipeline, or several in turn. */
function compressWith(specs: readonly string[]): Promise<void> {
  const mine = turn
  const current = () => mine === turn
  const work = async () => {
    for (const one of specs) {
      const run = await whileBusy('busy', one, (progress) => worker.compress(one, progress))
      if (!current()) return
      await results.add(run)
    }
  }
  return attempt(runError, work, current)
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
  const files = listenForFiles((given) => void openWith(true, (progress) => worker.open(given, progress)))
  section('sample').addEventListener('click', () => {
    files.forget()
    void openWith(false, (progress) => worker.openSample(progress))
  })
  element('form', HTMLFormElement).addEventListener('submit', async (event) => {
    event.preventDefault()
    if (await checkSpec()) await compressWith([spec.value])
  })
  spec.addEventListener('input', () => void checkSpec())
  section('all').addEventListener('click', () => void compressWith(presets))
  for (const id of ['stop', 'stop-opening']) section(id).addEventListener('click', () => void worker.stop())
}

offerPresets()
listen()
