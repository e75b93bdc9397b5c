/** Runs `work` on what `opening` opens, and closes it afterwards, whatever happens. */
export async function closing<Resource extends { close(): Promise<void> }, Result>(
  opening: Promise<Resource>,
  work: (resource: Resource) => Promise<Result>
): Promise<Result> {
  const resource = await opening
  try {
    return await work(resource)
  } finally {
    await resource.close()
  }
}
