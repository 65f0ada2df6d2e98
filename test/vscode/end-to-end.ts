/**
 * The way of a newcomer through the workbench: open the sample, set a breakpoint, press F5, look
 * around, type, break the program. Pictures of each station are kept.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { walkCamkes } from './camkes-walk.js';
import { walkComponents } from './components-walk.js';
import { copySample } from './sample-copy.js';
import { Stations } from './stations.js';
import { walkSystem } from './system-walk.js';
import type { Tally } from './tally.js';
import { walkThreeSystems } from './three-systems.js';
import type { VSCodeInstall } from './vscode-install.js';
import type { VSCodeServer } from './vscode-server.js';
import { startServer } from './vscode-server.js';
import { Workbench } from './workbench.js';

export interface EndToEndOptions {
  readonly install: VSCodeInstall;
  readonly browser: Browser;
  readonly home: string;
  readonly vsix: string;
  readonly screenshots: string;
  readonly tally: Tally;
}

/** The walks, by the name that `--only` takes. Each opens a page of its own, and closes it. */
const walks = {
  hello: walkHello,
  systems: walkThreeSystems,
  camkes: walkCamkes,
  components: walkComponents,
  system: walkSystem,
} satisfies Record<string, (server: VSCodeServer, options: EndToEndOptions) => Promise<void>>;

export type WalkName = keyof typeof walks;

export const isWalk = (name: string | undefined): name is WalkName =>
  name !== undefined && Object.hasOwn(walks, name);

export async function runEndToEnd(options: EndToEndOptions, only?: WalkName): Promise<void> {
  const { install, home, vsix } = options;
  const server = await startServer({ install, home, vsix });
  try {
    const chosen = only === undefined ? Object.values(walks) : [walks[only]];
    for (const walk of chosen) await walk(server, options);
  } finally {
    await server.stop();
  }
}

async function walkHello(server: VSCodeServer, options: EndToEndOptions): Promise<void> {
  const sample = copySample(options.home);
  const source = path.join(sample, 'hello.S');
  const workbench = await Workbench.open(
    options.browser,
    server.address(sample, [
      ['openFile', server.uri(source)],
      ['skipWelcome', 'true'],
    ]),
  );
  await walk(workbench, readFileSync(source, 'utf8').split('\n'), options);
  await workbench.page.close();
}

async function walk(
  workbench: Workbench,
  source: readonly string[],
  options: EndToEndOptions,
): Promise<void> {
  const { page } = workbench;
  const stations = new Stations(workbench, options);
  const step = stations.step.bind(stations);
  /** The first instruction after a label; lines count from one. */
  const lineAfter = (label: string): number => source.indexOf(`${label}:`) + 2;
  const serve = lineAfter('serve');

  await step('01-open', 'the sample opens with its language', async () => {
    await workbench.tab('hello.S').waitFor();
    await workbench.line(/seL4/).waitFor();
    await page.locator('.statusbar-item').filter({ hasText: 'RISC-V Assembly' }).first().waitFor();
  });

  await step('02-hover', 'a hover explains an instruction', async () => {
    await workbench.goToLine(serve);
    await workbench.hoverText(workbench.word(source[serve - 1] ?? '', 'mv'), 'in memory');
  });

  await step('03-breakpoint', 'a click in the gutter sets a breakpoint', async () => {
    await page.keyboard.press('Escape');
    await workbench.goToLine(serve);
    await workbench.clickGutter(serve);
    await page.locator('.editor-instance .codicon-debug-breakpoint').first().waitFor();
  });

  await step(
    '04-stopped',
    'F5 without a launch.json boots, and stops at the breakpoint',
    async () => {
      await page.keyboard.press('F5');
      assert.equal(await workbench.stoppedLine(), serve);
      await workbench.run('View: Show Run and Debug');
      await workbench.row('Call Stack', /serve/).waitFor();
    },
  );

  await step('05-registers', 'Variables shows the registers', async () => {
    await workbench.expandPane('Variables');
    await workbench.expandRow('Variables', /^Registers/);
    // The badge of the pinger, by which it is known.
    const badge = await workbench.scrollTo('Variables', /^a0\b/);
    assert.match(await badge.innerText(), /0x0*7\b/);
  });

  await step(
    '05b-devices',
    'Devices unfolds to a field, and Watch shows what is added to it from there',
    async () => {
      for (const pane of ['Call Stack', 'Breakpoints', 'Capabilities'])
        await workbench.collapsePane(pane);
      await workbench.collapseRow('Variables', /^Registers/);
      await workbench.scrollTo('Variables', /^Devices/);
      await workbench.rowInside('Variables', /^Devices/, /^uart\b/);
      await workbench.rowInside('Variables', /^uart\b/, /^CTRL\b/);
      const sent = await workbench.scrollTo('Variables', /^WDATA\b/);
      assert.match(await sent.innerText(), /\(write-only\)/);
      await workbench.rowInside('Variables', /^STATUS\b/, /^TXFULL\b/);
      const empty = /^RXEMPTY\W*1$/;
      await workbench.scrollTo('Variables', empty);
      await workbench.expandPane('Watch');
      const watched = workbench.row('Watch', /^\$uart\.STATUS\.RXEMPTY\W*1$/);
      await workbench.chooseOfRow('Variables', empty, 'Add to Watch', watched);
      await workbench.scrollTo('Variables', empty);
    },
  );

  await step('05c-set-register', 'a register of a device is set from its row', async () => {
    const input = workbench.pane('Variables').locator('.monaco-inputbox input');
    await workbench.chooseOfRow('Variables', /^CTRL\b/, 'Set Value', input);
    await input.fill('4');
    await page.keyboard.press('Enter');
    // The row stays where it was: an edit folds nothing and scrolls nowhere.
    await workbench.row('Variables', /^CTRL\W*0x00000004$/).waitFor();
  });

  await step('06-step', 'F10 goes on to the next line', async () => {
    await page.keyboard.press('F10');
    assert.equal(await workbench.stoppedLine(serve), serve + 1);
  });

  await step(
    '07-capabilities',
    'Capabilities shows a CSpace, and a hover its capabilities',
    async () => {
      // The view is the last of five; the others leave it no room.
      for (const pane of ['Variables', 'Watch', 'Call Stack', 'Breakpoints']) {
        await workbench.collapsePane(pane);
      }
      await workbench.expandPane('Capabilities');
      await workbench.expandRow('Capabilities', /slots$/);
      const slot = await workbench.scrollTo('Capabilities', /Endpoint.*badge/);
      const text = await workbench.hoverText(slot, 'Physical address');
      for (const fact of ['Object type', 'Size', 'Rights', 'Badge', 'Derived from']) {
        assert.ok(text.includes(fact), `the hover does not tell the ${fact}: ${text}`);
      }
    },
  );

  await step('08-capabilities-text', 'the capabilities are also there as text', async () => {
    await workbench.run('CantripOS: Show Capabilities as Text');
    await workbench.tab('Capabilities.txt').waitFor();
    await workbench.line(/Capabilities\sof\sBoot\shello/).waitFor();
  });

  await step('09-disassembly', 'the Disassembly view shows the instructions', async () => {
    await workbench.closeTab('Capabilities.txt');
    await workbench.line(/mv/).click();
    await workbench.run('Open Disassembly View');
    const rows = page.locator('.disassembly-view .monaco-list-row');
    await rows
      .filter({ hasText: /\bmv\b|\bli\b/ })
      .first()
      .waitFor();
  });

  await step(
    '10-continue',
    'F5 continues, and the console shows what the UART prints',
    async () => {
      await workbench.run('View: Close Editor');
      await workbench.goToLine(serve);
      await workbench.clickGutter(serve);
      await page
        .locator('.editor-instance .codicon-debug-breakpoint')
        .first()
        .waitFor({ state: 'hidden' });
      await page.keyboard.press('F5');
      await workbench.run('CantripOS: Open Console');
      await workbench.waitTerminal(/ping.10.from.badge.7/);
    },
  );

  await step('11-echo', 'what is typed in the console comes back', async () => {
    await page.locator('.terminal-wrapper.active .xterm-screen').click();
    await page.keyboard.type('capability');
    await workbench.waitTerminal(/capability/);
  });

  await step('12-stop', 'Shift+F5 ends the session, and the console stays', async () => {
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await workbench.waitTerminal(/the.machine.is.off/);
  });

  await step(
    '13-problem',
    'a broken instruction gets a squiggle and an entry in Problems',
    async () => {
      await workbench.line(/mv/).click();
      await workbench.goToLine(serve);
      await page.keyboard.press('Home');
      await page.keyboard.type('bogus a0 # ');
      await page.locator('.editor-instance .squiggly-error').first().waitFor();
      await workbench.run('Problems: Focus on Problems View');
      const problems = page.locator('.markers-panel .monaco-list-row');
      await problems.filter({ hasText: /bogus/ }).first().waitFor();
    },
  );

  await step('14-build-task', 'the build task says the same in a terminal', async () => {
    await page.keyboard.press('Control+S');
    await workbench.runTask('build hello');
    await page.locator('.terminal-wrapper').filter({ hasText: /bogus/ }).first().waitFor();
  });
}
