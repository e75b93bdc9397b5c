import { rename } from 'node:fs/promises'

/** Gives a folder the name `target`; one that has it is called `old` from then on. Rejects as `rename` does; then the one that was there stays. */
export async function replaceFolder(folder: string, target: string, old: string | undefined): Promise<void> {
  if (old !== undefined) await rename(target, old)
  await rename(folder, target).catch(async (error) => {
    if (old !== undefined) await rename(old, target)
    throw error
  })
}
