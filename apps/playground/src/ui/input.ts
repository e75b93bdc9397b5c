import type { Choice, Given, Opened } from '../worker/api.js'
import { element, make } from './dom.js'
import { chosenFolder, droppedFolder } from './folder.js'
import { bytes, count } from './numbers.js'

const about = element('about', HTMLElement)
const parts = element('parts', HTMLElement)
const tensor = element('tensor', HTMLSelectElement)
const words = element('words', HTMLInputElement)
const counts = element('counts', HTMLInputElement)

/** Offers the tensors of a file; none of them is chosen yet. */
export function showChoice({ name, tensors }: Choice): void {
  about.replaceChildren(make('strong', name), `: it has ${count(tensors.length)} matrices; choose one.`)
  const none = make('option', 'choose one')
  none.value = ''
  none.disabled = true
  none.selected = true
  tensor.replaceChildren(none, ...tensors.map((one) => make('option', one)))
  element('tensor-choice', HTMLElement).hidden = false
  parts.hidden = false
}

/** Says what has been opened, and asks for what goes `with` a file. */
export function showTable(table: Opened, withParts: boolean): void {
  const made = table.artefact ? 'an artefact' : bytes(table.rows * table.dim * 4)
  about.replaceChildren(
    make('strong', table.name),
    `: ${count(table.rows)} rows × ${count(table.dim)} columns, ${made}, ${bytes(table.bytes)} on disk.`,
    ...table.warnings.map((warning) => make('span', ` ${warning}.`, 'muted'))
  )
  parts.hidden = !withParts || table.artefact || table.encodes
}

/** Calls `open` whenever people give a file, or something that goes with the one they gave. */
export function listenForFiles(open: (given: Given) => void): { forget(): void } {
  let given: File | undefined
  const forget = () => {
    given = undefined
    for (const input of [words, counts]) input.value = ''
    tensor.replaceChildren()
    element('tensor-choice', HTMLElement).hidden = true
  }
  const take = (file: File | undefined) => {
    if (!file) return
    forget()
    given = file
    open({ file })
  }
  const again = () => {
    if (given)
      open({ file: given, tensor: tensor.value || undefined, words: words.files?.[0], counts: counts.files?.[0] })
  }
  for (const part of [tensor, words, counts]) part.addEventListener('change', again)
  const file = element('file', HTMLInputElement)
  file.addEventListener('change', () => {
    take(file.files?.[0])
    // The same file may be chosen again.
    file.value = ''
  })
  const drop = element('drop', HTMLElement)
  for (const event of ['dragenter', 'dragover', 'dragleave', 'drop']) {
    document.addEventListener(event, (happened) => {
      happened.preventDefault()
      drop.classList.toggle('over', event === 'dragenter' || event === 'dragover')
    })
  }
  const takeFolder = (name: string, folder: Given['folder']) => {
    forget()
    open({ file: new File([], name), folder })
  }
  const folder = element('folder', HTMLInputElement)
  folder.addEventListener('change', () => {
    const files = chosenFolder(folder.files)
    if (files.length > 0) takeFolder(files[0].path.split('/')[0], files)
    folder.value = ''
  })
  document.addEventListener('drop', async ({ dataTransfer }) => {
    const dropped = droppedFolder(dataTransfer)
    if (dropped) takeFolder(dropped.name, await dropped.files())
    else take(dataTransfer?.files[0])
  })
  return { forget }
}
