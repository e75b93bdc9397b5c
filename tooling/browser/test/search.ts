import type { Browser } from 'playwright-core'
import { expect } from 'vitest'

/** Searches in a built example at a URL as a person does; what is said on the console is a failure. */
export async function searchIn(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
  await page.goto(url)
  await page.getByText('6 texts. Type something.').waitFor()
  const query = page.getByLabel('What are you looking for?')
  await query.fill('something to eat')
  const items = page.locator('li')
  await items.nth(2).waitFor()
  const found = (await items.allTextContents()).slice(0, 2).map((text) => text.replace(/ [-\d.]+$/, ''))
  expect(found.sort()).toEqual(['Bake the bread for forty minutes', 'Fresh fish with rice and vegetables'])
  await query.fill('')
  await items.first().waitFor({ state: 'detached' })
  expect(problems).toEqual([])
  await page.close()
}
