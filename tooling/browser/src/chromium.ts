import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where Chromium is: what `SLIMBED_CHROMIUM` names, else where Linux puts it; undefined when it is not there. */
export function chromiumPath(): string | undefined {
  const named = process.env.SLIMBED_CHROMIUM
  return (named ? [named] : places).find((path) => existsSync(path))
}

/** Said by tests that are skipped. */
export const noChromium = 'Chromium is not installed (apt-get install chromium), and SLIMBED_CHROMIUM names none'

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const alone = ['--disable-background-networking', '--disable-component-update']

/** Starts Chromium without a window, with more flags where given. Throws when there is none. */
export function openChromium(...flags: readonly string[]): Promise<Browser> {
  const executablePath = chromiumPath()
  if (!executablePath) throw new Error(noChromium)
  return chromium.launch({ executablePath, headless: true, args: [...quiet, ...alone, ...flags] })
}

/** A Chromium of its own that shows a page. */
export interface Visit {
  /** Ends it. */
  close(): Promise<void>
}

/**
 * Opens a page in a fresh Chromium that nothing is attached to: a debugger hears of every request, which takes time of the page and of this
 * process. `ended` is called when it ends by itself. Throws when there is no Chromium.
 */
export async function visit(url: string, ended: (status: number | null) => void): Promise<Visit> {
  const path = chromiumPath()
  if (!path) throw new Error(noChromium)
  const profile = await mkdtemp(join(tmpdir(), 'slimbed-chromium-'))
  const flags = [...quiet, ...alone, '--headless', '--enable-precise-memory-info', `--user-data-dir=${profile}`]
  // A group of processes, so that all of it can be ended.
  const browser = spawn(path, [...flags, url], { stdio: 'ignore', detached: true })
  const gone = new Promise<number | null>((done) => browser.on('close', done).on('error', () => done(null)))
  gone.then(ended)
  return {
    async close() {
      try {
        if (browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL')
      } catch {
        // It has ended.
      }
      await gone
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    }
  }
}
