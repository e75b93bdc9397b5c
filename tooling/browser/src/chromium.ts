import { existsSync } from 'node:fs'
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
