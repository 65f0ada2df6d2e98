/**
 * A walk through a workspace with more than one system: which of them F5 boots, two sessions side by
 * side, the second thread, the Disassembly view, a restart, a dark room, and a system with an error.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EndToEndOptions } from './end-to-end.js';
import { copySample } from './sample-copy.js';
import { Stations } from './stations.js';
import type { VSCodeServer } from './vscode-server.js';
import { Workbench } from './workbench.js';

/** Prints a letter, then yields for ever. */
const tick = `# A system of one thread.
    .globl _start
_start:
    li      a0, 't'
    li      a7, -12                         # DebugPutChar
    ecall
again:
    li      a7, -11                         # Yield
    ecall
    j       again
`;

/** More than VS Code would look up the files of before it is done with a task. */
const mistakes = 100;

const broken = `# A system that does not assemble.
    .globl _start
_start:
${'    bogus   a0\n'.repeat(mistakes)}`;

function makeWorkspace(home: string): string {
  const folder = path.join(home, 'systems');
  mkdirSync(folder, { recursive: true });
  copySample(folder);
  for (const [name, text] of Object.entries({ tick, broken })) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'cantrip.json'), `{ "program": "${name}.S" }\n`);
    writeFileSync(path.join(folder, name, `${name}.S`), text);
  }
  writeFileSync(path.join(folder, 'draft.S'), '# This file belongs to none of them.\n');
  return folder;
}

export async function walkThreeSystems(
  server: VSCodeServer,
  options: EndToEndOptions,
): Promise<void> {
  const folder = makeWorkspace(options.home);
  const hello = path.join(folder, 'hello/hello.S');
  const source = readFileSync(hello, 'utf8').split('\n');
  const workbench = await Workbench.open(
    options.browser,
    server.address(folder, [
      ['openFile', server.uri(hello)],
      ['skipWelcome', 'true'],
    ]),
  );
  const { page } = workbench;
  const stations = new Stations(workbench, options);
  const step = stations.step.bind(stations);
  const ping = source.indexOf('ping:') + 2;
  const tickLine = tick.split('\n').indexOf('again:') + 2;

  await step('20-choice', 'F5 on a file of no system asks which system to boot', async () => {
    await workbench.tab('hello.S').waitFor();
    await workbench.goToLine(ping);
    await workbench.clickGutter(ping);
    await page.locator('.editor-instance .codicon-debug-breakpoint').first().waitFor();
    await workbench.openFile('draft.S');
    await page.keyboard.press('F5');
    await page.locator('.quick-input-widget').filter({ hasText: 'hello' }).waitFor();
    await stations.picture('20-choice-list');
    await workbench.pick(/^hello/);
  });

  await step('21-second-thread', 'a breakpoint in the second thread stops there', async () => {
    assert.equal(await workbench.stoppedLine(), ping);
    await workbench.run('View: Show Run and Debug');
    await workbench.row('Call Stack', /pinger · running/).waitFor();
    // Threads that stopped while the view was not to be seen are closed.
    await workbench.expandRow('Call Stack', /pinger · running/);
    await workbench.row('Call Stack', /^ping(?!er)/).waitFor();
    await workbench.expandPane('Variables');
    await workbench.expandRow('Variables', /^Registers/);
    assert.match(await (await workbench.scrollTo('Variables', /^s0\b/)).innerText(), /0x0*1\b/);
  });

  await step('22-step', 'a step goes on in the second thread', async () => {
    await page.keyboard.press('F10');
    assert.equal(await workbench.stoppedLine(ping), ping + 1);
    await workbench.row('Call Stack', /pinger · running/).waitFor();
  });

  await step('23-disassembly', 'in the Disassembly view a step is one instruction', async () => {
    await workbench.line(/sw/).click();
    await workbench.run('Open Disassembly View');
    const before = await workbench.stoppedInstruction();
    await workbench.disassemblyRow(before).click();
    await page.keyboard.press('F10');
    const after = await workbench.stoppedInstruction(before);
    assert.equal(Number(after), Number(before) + 2, 'c.swsp has two bytes');
  });

  await step('24-instruction', 'a breakpoint in the Disassembly view stops', async () => {
    const next = await workbench.stoppedInstruction();
    const behind = `0x${(Number(next) + 4).toString(16).padStart(8, '0')}`;
    await workbench.clickDisassemblyGutter(behind);
    await page.locator('.disassembly-view .codicon-debug-breakpoint').first().waitFor();
    await page.keyboard.press('F5');
    assert.equal(await workbench.stoppedInstruction(next), behind);
    await workbench.clickDisassemblyGutter(behind);
    await workbench.run('View: Close Editor');
  });

  await step('25-restart', 'a restart goes on in the same console and says so', async () => {
    await page.keyboard.press('Control+Shift+F5');
    await workbench.waitTerminal(/the.machine.starts.again.*Hello/);
    assert.equal(await workbench.stoppedLine(), ping);
  });

  await step(
    '26-two-sessions',
    'a second system boots beside the first, with a console',
    async () => {
      await workbench.openFile('tick.S');
      await workbench.clickGutter(tickLine);
      await workbench.run('Debug: Start Debugging');
      // The session that was stopped first stays in front until the user looks at another.
      await workbench.row('Call Stack', /Boot tick.*Paused on breakpoint/i).waitFor();
      await workbench.expandRow('Call Stack', /Boot tick/);
      await workbench.row('Call Stack', /^again/).click();
      assert.equal(await workbench.stoppedLine(), tickLine);
      await workbench.run('CantripOS: Open Console');
      await page
        .locator('.terminal-tabs-entry')
        .filter({ hasText: /Boot hello: UART/ })
        .waitFor();
      await page
        .locator('.terminal-tabs-entry')
        .filter({ hasText: /Boot tick: UART/ })
        .waitFor();
      await workbench.waitTerminal(/^t/);
      for (const pane of ['Variables', 'Watch', 'Breakpoints']) await workbench.collapsePane(pane);
      await workbench.expandPane('Capabilities');
      await workbench.pane('Capabilities').filter({ hasText: 'Boot tick' }).waitFor();
      await workbench.row('Capabilities', /^rootserver/).waitFor();
      assert.equal(await workbench.row('Capabilities', /^pinger/).count(), 0);
    },
  );

  await step('27-focus', 'Capabilities follows the session in front', async () => {
    await workbench.expandRow('Call Stack', /Boot hello/);
    await workbench.expandRow('Call Stack', /pinger · running/);
    await workbench.row('Call Stack', /^ping(?!er)/).click();
    await workbench.pane('Capabilities').filter({ hasText: 'Boot hello' }).waitFor();
    await workbench.row('Capabilities', /^pinger/).waitFor();
  });

  await step('28-contrast', 'everything is there to see in a high contrast theme', async () => {
    await workbench.expandRow('Capabilities', /^pinger/);
    await workbench.colorTheme('Dark High Contrast');
    await page.locator('.monaco-workbench.hc-black').waitFor();
  });

  await step('29-one-left', 'the end of one session leaves the other', async () => {
    await workbench.colorTheme('Light Modern');
    await page.keyboard.press('Shift+F5');
    await workbench.row('Call Stack', /Boot hello/).waitFor({ state: 'detached' });
    await workbench.row('Capabilities', /^pinger/).waitFor({ state: 'detached' });
    await workbench.row('Capabilities', /^rootserver/).waitFor();
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });

  await step('30-task', 'the build task names the place of each error', async () => {
    const problem = page
      .locator('.markers-panel .monaco-list-row')
      .filter({ hasText: /bogus.*\[Ln 4, Col 5\]/ });
    await workbench.runTask('build broken');
    // A task that fails comes to the front by itself.
    await page.locator('.terminal-wrapper').filter({ hasText: /bogus/ }).first().waitFor();
    await workbench.run('Problems: Focus on Problems View');
    await problem.waitFor();
    const file = page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'broken.S' });
    await file.filter({ hasText: new RegExp(`${mistakes}$`) }).waitFor();
  });

  await step('31-refused', 'F5 on a system with an error says where it is', async () => {
    await workbench.openFile('broken.S');
    await page.keyboard.press('F5');
    await page
      .getByText(/broken\.S:4:5: .*bogus/)
      .first()
      .waitFor();
  });
  await page.close();
}
