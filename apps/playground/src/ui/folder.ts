import type { FolderFile } from '../worker/api.js'

/** Files of a model are few; a folder with more of them is another. */
const mostFiles = 1000

// Chromium has no names for these types.
const isFolder = (entry: FileSystemEntry | null | undefined): entry is FileSystemDirectoryEntry =>
  entry?.isDirectory === true
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile

const filesOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => {
    entry.file(resolve, reject)
  })

const partOf = (reader: FileSystemDirectoryReader) =>
  new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
    reader.readEntries(resolve, reject)
  })

async function collect(folder: FileSystemDirectoryEntry, into: FolderFile[]): Promise<void> {
  const reader = folder.createReader()
  for (let part = await partOf(reader); part.length > 0; part = await partOf(reader)) {
    for (const entry of part) {
      if (into.length >= mostFiles) return
      if (isFolder(entry)) await collect(entry, into)
      else if (isFile(entry)) into.push({ path: entry.fullPath, file: await filesOf(entry) })
    }
  }
}

/** A folder that was dropped, with its name: to be asked while the event goes on. Undefined where a file was dropped. */
export function droppedFolder(
  transfer: DataTransfer | null
): { name: string; files: () => Promise<FolderFile[]> } | undefined {
  const entry = transfer?.items[0]?.webkitGetAsEntry()
  if (!isFolder(entry)) return undefined
  return {
    name: entry.name,
    async files() {
      const found: FolderFile[] = []
      await collect(entry, found)
      return found
    }
  }
}

/** The files of a folder that was chosen. */
export const chosenFolder = (files: FileList | null): FolderFile[] =>
  Array.from(files ?? [], (file) => ({ path: file.webkitRelativePath || file.name, file }))
