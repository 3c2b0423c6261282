/** Debian's chromium for end-to-end tests: found or skipped with a reason, started once with an empty profile, always ended. */
import fs from 'node:fs';
import process from 'node:process';
import { after } from 'node:test';
import type { TestContext } from 'node:test';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';

const EXECUTABLE = process.env['HOLDFAST_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Why there is no browser, or undefined when there is one. Where peers are required (continuous integration) a missing
 * browser fails the test instead of skipping it.
 */
export function withoutBrowser(): string | undefined {
  if (fs.existsSync(EXECUTABLE)) return undefined;
  const reason = `no browser at ${EXECUTABLE}: apt-get install chromium, or name one in HOLDFAST_TEST_CHROMIUM`;
  if (process.env['CI'] !== undefined && process.env['HOLDFAST_PEERS'] === 'required')
    throw new Error(reason);
  return reason;
}

let browser: Promise<Browser> | undefined;

after(async () => {
  await (await browser)?.close();
});

/** A context of its own for one test, with nothing remembered, in the one browser of the whole run. */
export async function openBrowser(
  t: TestContext,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  browser ??= launch();
  const context = await (await browser).newContext(options);
  context.setDefaultTimeout(20_000);
  t.after(() => context.close());
  return context;
}

/** Without a profile of ours playwright makes an empty one and removes it. As root chromium has no sandbox. */
function launch(): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: EXECUTABLE,
    headless: true,
    args: [...FLAGS, ...(asRoot ? ['--no-sandbox'] : [])],
    timeout: 60_000,
  });
}
