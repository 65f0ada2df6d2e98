/**
 * The browser that shows the workbench: the one that $CHROMIUM names, an installed one, or Debian's
 * package, which is installed when we are root.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { HostFailure } from './host-failure.js';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function findChromium(): string {
  const named = process.env['CHROMIUM'];
  if (named !== undefined) {
    if (existsSync(named)) return named;
    throw new HostFailure(`$CHROMIUM names ${named}, which does not exist.`);
  }
  return places.find((place) => existsSync(place)) ?? installChromium();
}

export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function installChromium(): string {
  const byHand = 'Install Chromium, or name a Chromium or Chrome in $CHROMIUM.';
  if (process.getuid?.() !== 0) {
    throw new HostFailure(`No Chromium was found, and only root can install one. ${byHand}`);
  }
  console.log('Installing Chromium …');
  // Another apt may be at work on a machine that was just started.
  const lock = ['-o', 'DPkg::Lock::Timeout=500'];
  for (const parts of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status, stderr, error } = spawnSync('apt-get', [...lock, ...parts], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) {
      throw new HostFailure(
        `\`apt-get ${parts.join(' ')}\` failed: ${error?.message ?? stderr}\n${byHand}`,
      );
    }
  }
  const [debian] = places;
  if (debian === undefined || !existsSync(debian)) {
    throw new HostFailure(`The package chromium put no browser at ${String(debian)}. ${byHand}`);
  }
  return debian;
}
