/**
 * A walk through the CAmkES sample: what the editor tells and completes, a mistake and its mending, a
 * rename across files, the diagram by mouse and keys, the views as text, and a boot of the assembly.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { EndToEndOptions } from './end-to-end.js';
import { copySample } from './sample-copy.js';
import { Stations } from './stations.js';
import type { VSCodeServer } from './vscode-server.js';
import { loadTimeoutMs, Workbench } from './workbench.js';

const instances = ['uart', 'timer', 'uart_driver', 'timer_driver', 'sensor', 'logger'];

export async function walkCamkes(server: VSCodeServer, options: EndToEndOptions): Promise<void> {
  const sample = copySample(options.home, 'camkes');
  const file = path.join(sample, 'system.camkes');
  const source = readFileSync(file, 'utf8').split('\n');
  const workbench = await Workbench.open(
    options.browser,
    server.address(sample, [
      ['openFile', server.uri(file)],
      ['skipWelcome', 'true'],
    ]),
  );
  const { page } = workbench;
  const stations = new Stations(workbench, options);
  const step = stations.step.bind(stations);
  /** Counts from one. */
  const lineOf = (text: string): number => source.findIndex((line) => line.includes(text)) + 1;
  const problems = page.locator('.markers-panel .monaco-list-row');
  const output = lineOf('connection seL4RPCCall output');
  const diagram = workbench.webview();
  const shape = (kind: string, id: string) =>
    diagram.locator(`[data-kind="${kind}"][data-id="${id}"]`);
  const cursorIn = (line: number) =>
    page
      .locator('.statusbar-item')
      .filter({ hasText: new RegExp(`^Ln ${line}, Col`) })
      .first();

  await step(
    '40-camkes',
    'an assembly opens with its language, and without a problem',
    async () => {
      await workbench.tab('system.camkes').waitFor();
      await page.locator('.statusbar-item').filter({ hasText: 'CAmkES' }).first().waitFor();
      // Hints come from the server, so it has read the file.
      await workbench.line(/uart_registers.*slot.\d+/).waitFor({ timeout: loadTimeoutMs });
      await workbench.run('Problems: Focus on Problems View');
      await page.getByText('No problems have been detected').first().waitFor();
    },
  );

  await step(
    '41-connector',
    'a hover tells the capabilities that a connector becomes',
    async () => {
      await workbench.goToLine(output);
      const connector = workbench.wordIn(/connection.seL4RPCCall.output/, 'seL4RPCCall');
      const text = await workbench.hoverText(connector, 'endpoint');
      assert.match(text, /badge/i);
    },
  );

  await step('42-macro', 'a hover tells the value of a macro', async () => {
    await workbench.goToLine(lineOf('UART_BASE'));
    await workbench.hoverText(
      workbench.wordIn(/registers_paddr.*UART_BASE/, 'UART_BASE'),
      '0x54000000',
    );
  });

  await step('43-completion', 'only interfaces that fit a connection are completed', async () => {
    await workbench.goToLine(output);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('connection seL4RPCCall more(from logger.');
    const rows = page.locator('.suggest-widget.visible .monaco-list-row');
    await rows.filter({ hasText: 'clock' }).first().waitFor();
    const labels = await rows.locator('.label-name').allInnerTexts();
    assert.deepEqual([...labels].sort(), ['clock', 'output']);
  });

  await step('44-mistake', 'swapped ends are underlined and stand in Problems', async () => {
    await page.keyboard.press('Escape');
    await workbench.run('File: Revert File');
    await workbench.replaceLine(
      output,
      'connection seL4RPCCall output(from uart_driver.output, to logger.output);',
    );
    await page.locator('.editor-instance .squiggly-error').first().waitFor();
    await workbench.run('Problems: Focus on Problems View');
    await problems
      .filter({ hasText: /wrong way round/ })
      .first()
      .waitFor();
  });

  await step('45-mended', 'the light bulb mends the mistake', async () => {
    const text = source[output - 1] ?? '';
    await workbench.line(/uart_driver\.output/).click();
    await workbench.goToLine(output, text.indexOf('from') + 7);
    await page.keyboard.press('Control+.');
    const fix = page.locator('.action-widget .monaco-list-row').filter({ hasText: /Swap/ }).first();
    await fix.waitFor();
    await stations.picture('45-light-bulb');
    await fix.click();
    await page.locator('.editor-instance .squiggly-error').first().waitFor({ state: 'detached' });
    await workbench.line(/from.logger\.output.*to.uart_driver\.output/).waitFor();
    await workbench.run('File: Revert File');
  });

  await step('46-rename', 'F2 on an interface renames it in the assembly, too', async () => {
    await workbench.openFile('Sensor.camkes');
    const component = readFileSync(path.join(sample, 'components/Sensor.camkes'), 'utf8').split(
      '\n',
    );
    const line = component.findIndex((text) => text.includes('samples;'));
    await workbench.goToLine(line + 1, (component[line] ?? '').indexOf('samples') + 2);
    await page.keyboard.press('F2');
    const input = page.locator('.rename-box input');
    await input.waitFor();
    await input.fill('readings');
    await page.keyboard.press('Enter');
    await workbench.line(/Buf\(4096\).readings/).waitFor();
    await workbench.tab('system.camkes').click();
    await workbench.goToLine(lineOf('connection seL4SharedData'));
    await workbench.line(/from.sensor\.readings.*to.logger\.samples/).waitFor();
    await workbench.goToLine(lineOf('sensor.samples_access'));
    await workbench.line(/sensor\.readings_access/).waitFor();
  });

  await step(
    '47-library',
    'the definition of a connector opens the library, read-only',
    async () => {
      await workbench.goToLine(output, (source[output - 1] ?? '').indexOf('seL4RPCCall') + 2);
      await page.keyboard.press('F12');
      await workbench.tab('std_connector.camkes').waitFor();
      await workbench.line(/connector.seL4RPCCall/).waitFor();
      await page.keyboard.type('x');
      await page
        .getByText(/read-only/)
        .first()
        .waitFor();
      await stations.picture('47-library-read-only');
      await page.keyboard.press('Escape');
      await workbench.closeTab('std_connector.camkes');
    },
  );

  await step(
    '48-diagram',
    'the button in the title opens the diagram with every instance',
    async () => {
      await workbench.tab('system.camkes').click();
      await page
        .locator('.editor-actions .action-label[aria-label^="Show Component Diagram"]')
        .first()
        .click();
      for (const name of instances) await shape('box', name).waitFor();
      assert.equal(await diagram.locator('[data-kind="box"]').count(), instances.length);
      assert.equal(await diagram.locator('[data-kind="wire"]').count(), 8);
    },
  );

  await step('49-wire', 'a click on a wire opens its line', async () => {
    await clickWire();
    await cursorIn(output).waitFor();
    await workbench.line(/connection.seL4RPCCall.output/).waitFor();
  });

  await step('50-keys', 'Enter on a box that has the focus opens its line', async () => {
    await shape('box', 'sensor').focus();
    await stations.picture('50-focus');
    await page.keyboard.press('Enter');
    await cursorIn(lineOf('component Sensor sensor;')).waitFor();
  });

  await step('51-redrawn', 'the diagram follows the source', async () => {
    await workbench.goToLine(lineOf('component Sensor sensor;'));
    await page.keyboard.press('End');
    await page.keyboard.insertText(' component Sensor second_sensor;');
    await shape('box', 'second_sensor').waitFor();
  });

  await step('52-zoom', 'the diagram is made larger and smaller by keys', async () => {
    await shape('box', 'sensor').focus();
    const width = async (): Promise<number> =>
      Number(await diagram.locator('#stage svg').getAttribute('width'));
    const before = await width();
    await page.keyboard.press('+');
    assert.ok((await width()) > before);
    await page.keyboard.press('f');
    assert.equal(await width(), before);
  });

  await step('53-diagram-contrast', 'the diagram is there to see in every theme', async () => {
    const themes = {
      'Dark High Contrast': 'vscode-high-contrast',
      'Light High Contrast': 'vscode-high-contrast-light',
      'Dark Modern': 'vscode-dark',
      'Light Modern': 'vscode-light',
    };
    for (const [theme, name] of Object.entries(themes)) {
      await workbench.colorTheme(theme);
      await diagram.locator(`body.${name}`).waitFor();
      await stations.picture(`53-${theme.toLowerCase().replaceAll(' ', '-')}`);
    }
  });

  await step('54-table', 'Show as Table opens the same as text', async () => {
    await diagram.locator('#table').click();
    await workbench.tab('system.camkes components.txt').waitFor();
    await workbench.line(/second_sensor/).waitFor();
    for (const name of instances) await workbench.line(new RegExp(`\\b${name}\\b`)).waitFor();
  });

  await step(
    '55-capdl',
    'the capDL of the assembly tells where each object comes from',
    async () => {
      await closeAll();
      await workbench.openFile('system.camkes');
      await workbench.run('CantripOS: Show the capDL of the Assembly');
      await workbench.tab('system.camkes.cdl').waitFor();
      const place = `system\\.camkes:${lineOf('connection seL4RPCCall clock')}`;
      await workbench.line(new RegExp(`clock_ep.=.ep.--.${place}.connection.clock`)).waitFor();
      await page.locator('.statusbar-item').filter({ hasText: 'capDL' }).first().waitFor();
    },
  );

  await step('56-memory', 'memory and interrupts are shown', async () => {
    await workbench.tab('system.camkes').click();
    await workbench.run('CantripOS: Show Memory and Interrupts');
    await workbench.tab('system.camkes memory.txt').waitFor();
    await workbench.line(/0x54000000/).waitFor();
  });

  await step('57-boot', 'F5 boots the assembly; each thread waits for its program', async () => {
    await closeAll();
    await workbench.openFile('system.camkes');
    await page.keyboard.press('F5');
    await page.locator('.debug-toolbar').waitFor();
    await workbench.run('View: Show Run and Debug');
    await workbench.row('Call Stack', /logger/).waitFor();
    await stations.picture('57-running');
    await page.keyboard.press('F6');
    await workbench.row('Call Stack', /paused/i).waitFor();
  });

  await step('58-capabilities', 'Capabilities shows the CSpaces of the components', async () => {
    for (const pane of ['Variables', 'Watch', 'Breakpoints']) await workbench.collapsePane(pane);
    await workbench.expandPane('Capabilities');
    await workbench.row('Capabilities', /sensor/).waitFor();
    await workbench.expandRow('Capabilities', /sensor/);
    await workbench.scrollTo('Capabilities', /Endpoint/);
  });

  await step('59-debug-console', 'the Debug Console tells which programs are missing', async () => {
    await workbench.run('Debug Console: Focus on Debug Console View');
    await page
      .locator('.repl .monaco-list-row')
      .filter({ hasText: /has no source/ })
      .first()
      .waitFor();
    await stations.picture('59-debug-console');
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });

  await step('60-samples', 'Open Sample offers the samples, and opens a copy', async () => {
    await workbench.choose('CantripOS: Open Sample');
    const rows = page.locator('.quick-input-widget .monaco-list-row');
    await rows.filter({ hasText: 'root task' }).first().waitFor();
    assert.equal(await rows.count(), 8);
    await stations.picture('60-samples-list');
    await rows.filter({ hasText: 'weather station' }).first().click();
    const input = page.locator('.quick-input-widget input.input');
    await page.locator('.quick-input-title').filter({ hasText: 'Where should' }).waitFor();
    // The dialog lists the workspace first, and then writes its path over what is typed too early.
    await rows.filter({ hasText: 'interfaces' }).waitFor();
    await fillUntilListed(`${options.home}/`, rows.filter({ hasText: 'camkes' }), input);
    await page.locator('.quick-input-widget .monaco-button').filter({ hasText: 'Put' }).click();
    await page.waitForURL(/cantrip-camkes/, { waitUntil: 'commit', timeout: loadTimeoutMs });
    const files = page.locator('.explorer-folders-view').filter({ hasText: 'system.camkes' });
    await files.waitFor({ timeout: loadTimeoutMs });
  });
  await page.close();

  async function closeAll(): Promise<void> {
    await workbench.tab('system.camkes').click();
    await workbench.run('File: Revert File');
    await workbench.run('View: Close All Editors');
    await page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
  }

  /** Writes a folder into a file dialog until the dialog lists what is in it. */
  async function fillUntilListed(folder: string, entry: Locator, input: Locator): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await input.fill(folder);
      try {
        await entry.waitFor({ timeout: 4000 });
        return;
      } catch (error) {
        if (attempt === 8) throw error;
      }
    }
  }

  /** A wire is thin and bent, so it is clicked at the middle of its path. */
  async function clickWire(): Promise<void> {
    const line = shape('wire', 'output').locator('.line').first();
    const middle: { x: number; y: number } = await line.evaluate(`(() => {
      const wire = document.querySelector('[data-kind="wire"][data-id="output"] .line');
      const point = wire.getPointAtLength(wire.getTotalLength() / 2);
      const box = wire.getBBox();
      return { x: point.x - box.x, y: point.y - box.y };
    })()`);
    const outer = await line.boundingBox();
    assert.ok(outer, 'the wire is drawn');
    await page.mouse.click(outer.x + middle.x, outer.y + middle.y);
  }
}
