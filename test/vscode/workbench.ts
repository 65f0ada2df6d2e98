/**
 * A thin page object over the workbench's DOM: what a test does is what a person does, by mouse and
 * keys. The selectors were checked with VS Code 1.139 and 1.100; each stands in one place.
 */
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';

/** Until VS Code and the extension in it are up: on a loaded machine that takes long. */
export const loadTimeoutMs = 120_000;
const stepTimeoutMs = 60_000;
/** How often something is done again that VS Code may undo, and how long its answer may take: a step's time in all. */
const attempts = 8;
const attemptTimeoutMs = 4000;

export class Workbench {
  readonly page: Page;
  /** Errors and warnings of the page, for the report of a failure. */
  readonly messages: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, address: string): Promise<Workbench> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 960 } });
    page.setDefaultTimeout(stepTimeoutMs);
    const workbench = new Workbench(page);
    page.on('console', (message) => {
      if (message.type() === 'error') workbench.messages.push(message.text());
    });
    await page.goto(address);
    await page
      .locator('.monaco-workbench .part.statusbar .statusbar-item')
      .first()
      .waitFor({ timeout: loadTimeoutMs });
    // `window.driver` is there because of --enable-smoke-test-driver.
    await page.evaluate('window.driver?.whenWorkbenchRestored()');
    return workbench;
  }

  /** Runs a command through the command palette, by the text that the palette shows. */
  async run(label: string): Promise<void> {
    await this.choose(label);
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Like `run`, for a command that goes on with a list to choose from. */
  async choose(label: string): Promise<void> {
    await this.quickInput('F1', `>${label}`, (rows) => rows.filter({ hasText: label }).first());
  }

  /**
   * Opens a quick input by its key, writes a text, and clicks a row of its list. An editor that gets the focus late
   * closes the input again: then the key is pressed again, as a person would.
   */
  private async quickInput(
    key: string,
    text: string,
    choice: (rows: Locator) => Locator,
  ): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    const input = widget.locator('input.input');
    const options = { timeout: attemptTimeoutMs };
    for (let attempt = 1; ; attempt += 1) {
      if (!(await input.isVisible())) await this.page.keyboard.press(key);
      try {
        await input.fill(text, options);
        await choice(widget.locator('.monaco-list-row')).click(options);
        return;
      } catch (error) {
        if (attempt === attempts) throw error;
      }
    }
  }

  tab(name: string): Locator {
    return this.page.locator(`.tabs-container .tab[data-resource-name="${name}"]`);
  }

  line(text: string | RegExp): Locator {
    return this.page.locator('.editor-instance .view-line').filter({ hasText: text }).first();
  }

  /** A word of a line, as the editor draws it: a span of its own by its colour. */
  word(line: string, word: string): Locator {
    // The editor draws blanks as no-break spaces.
    const drawn = line.trim().split(/\s+/).map(escaped).join('[\\s\\u00a0]+');
    return this.line(new RegExp(drawn))
      .locator('span span')
      .filter({ hasText: new RegExp(`^[\\s\\u00a0]*${escaped(word)}$`) })
      .first();
  }

  /** A word in a line with a text that no hint of the editor divides. */
  wordIn(line: RegExp, word: string): Locator {
    return this.line(line)
      .locator('span span')
      .filter({ hasText: new RegExp(`^[\\s\\u00a0]*${escaped(word)}$`) })
      .first();
  }

  /** Writes a line anew, as if pasted: nothing is completed or closed on the way. */
  async replaceLine(line: number, text: string): Promise<void> {
    await this.goToLine(line);
    await this.page.keyboard.press('End');
    await this.page.keyboard.press('Shift+Home');
    await this.page.keyboard.insertText(text);
  }

  /** What stands in the page of a webview that is in front. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  async closeTab(name: string): Promise<void> {
    await this.tab(name).click();
    await this.run('View: Close Editor');
    await this.tab(name).waitFor({ state: 'detached' });
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.quickInput('Control+P', name, (rows) => rows.filter({ hasText: name }).first());
    await this.tab(name).waitFor();
  }

  /** Chooses an entry of the list that is open. */
  async pick(text: RegExp): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    await widget.locator('.monaco-list-row').filter({ hasText: text }).first().click();
    await widget.waitFor({ state: 'hidden' });
  }

  /**
   * Chooses from the menu of a row until what it does is there. A menu takes no click in its first 100 ms, and then stays
   * open; a view that is drawn anew closes it.
   */
  async chooseOfRow(pane: string, text: RegExp, label: string, done: Locator): Promise<void> {
    const item = this.page.locator('.monaco-menu .action-item').filter({ hasText: label }).first();
    const options = { timeout: attemptTimeoutMs };
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (!(await item.isVisible()))
          await this.row(pane, text).click({ ...options, button: 'right' });
        await item.click(options);
        await done.waitFor(options);
        return;
      } catch (error) {
        if (attempt === attempts) throw error;
      }
    }
  }

  /** Changes the colours, by the name that the list of themes shows. */
  async colorTheme(name: string): Promise<void> {
    await this.choose('Preferences: Color Theme');
    const widget = this.page.locator('.quick-input-widget');
    await widget.locator('.monaco-list-row').filter({ hasText: 'Light' }).first().waitFor();
    await this.page.keyboard.type(name);
    await this.pick(new RegExp(`^${name}`));
  }

  /** Runs a task of the workspace by its name; again from the start where its lists were closed. */
  async runTask(name: string): Promise<void> {
    const rows = this.page.locator('.quick-input-widget .monaco-list-row');
    const task = rows.filter({ hasText: name }).first();
    const kind = rows.filter({ hasText: 'cantrip' }).first();
    const options = { timeout: attemptTimeoutMs };
    for (let attempt = 1; ; attempt += 1) {
      await this.choose('Tasks: Run Task');
      try {
        // A task that ran before stands in the first list, another in that of its kind.
        await kind.waitFor(options);
        if (!(await task.isVisible())) await kind.click(options);
        await task.click(options);
        return;
      } catch (error) {
        if (attempt === attempts) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Scrolls the editor to a line that counts from one, as the column does, and puts the cursor there. */
  async goToLine(line: number, column = 1): Promise<void> {
    // The list has one row, which says where a click goes.
    const place = column === 1 ? `:${line}` : `:${line}:${column}`;
    await this.quickInput('Control+G', place, (rows) =>
      rows.filter({ hasText: String(line) }).first(),
    );
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.lineNumber(line).waitFor();
  }

  lineNumber(line: number): Locator {
    return this.page
      .locator('.editor-instance .margin-view-overlays .line-numbers')
      .filter({ hasText: new RegExp(`^${line}$`) })
      .first();
  }

  /** Clicks the glyph margin, which lies left of the line's number. */
  async clickGutter(line: number): Promise<void> {
    const box = await this.lineNumber(line).boundingBox();
    if (box === null) throw new Error(`Line ${line} is not on the screen.`);
    await this.page.mouse.click(box.x - 12, box.y + box.height / 2);
  }

  /** Waits until the arrow of the stopped frame stands at a line other than `not`; returns that line. */
  stoppedLine(not?: number): Promise<number> {
    return this.arrowAt(`line === ${String(not ?? null)} ? null : line`);
  }

  /** Waits until the arrow of the stopped frame stands at a line of a file, and that in front. */
  async stoppedIn(name: string, line: number): Promise<void> {
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.arrowAt(`line === ${String(line)} ? line : null`);
  }

  /** `choice` is an expression over the arrow's `line`: null to wait on. */
  private async arrowAt(choice: string): Promise<number> {
    const read = `(() => {
      const arrow = document.querySelector('.editor-instance .codicon-debug-stackframe');
      if (!arrow) return null;
      const top = arrow.style.top || arrow.parentElement.style.top;
      const numbers = [...document.querySelectorAll('.editor-instance .margin-view-overlays .line-numbers')];
      const number = numbers.find((element) => element.parentElement.style.top === top);
      const line = number ? Number(number.textContent) : null;
      return ${choice};
    })()`;
    const handle = await this.page.waitForFunction(read);
    return Number(await handle.jsonValue());
  }

  /** The row of an instruction in the Disassembly view. */
  disassemblyRow(address: string): Locator {
    return this.page.locator('.disassembly-view .monaco-list-row').filter({ hasText: address });
  }

  /** Clicks left of an instruction's address, at the foot of its row: above it may be a source line. */
  async clickDisassemblyGutter(address: string): Promise<void> {
    const box = await this.disassemblyRow(address).boundingBox();
    if (box === null) throw new Error(`${address} is not in the Disassembly view.`);
    await this.page.mouse.click(box.x + 9, box.y + box.height - 9);
  }

  /** Waits until the arrow of the Disassembly view stands at an address other than `not`; returns that. */
  async stoppedInstruction(not?: string): Promise<string> {
    const read = `(() => {
      const arrow = document.querySelector('.disassembly-view .codicon-debug-stackframe');
      const address = /0x[0-9a-f]{8}/.exec(arrow?.closest('.monaco-list-row')?.textContent ?? '')?.[0];
      return address === ${JSON.stringify(not ?? '')} ? null : address;
    })()`;
    const handle = await this.page.waitForFunction(read);
    return String(await handle.jsonValue());
  }

  /** A view of the side bar by its title. */
  pane(title: string): Locator {
    return this.page.locator(`.pane:has(> .pane-header[aria-label*="${title}"])`);
  }

  async expandPane(title: string): Promise<void> {
    const header = this.pane(title).locator('> .pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
  }

  async collapsePane(title: string): Promise<void> {
    const header = this.pane(title).locator('> .pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'true') await header.click();
  }

  row(pane: string, text: RegExp): Locator {
    return this.pane(pane).locator('.monaco-list-row').filter({ hasText: text }).first();
  }

  /** Scrolls a view down until a row is wholly in sight: rows outside are not in the page at all. */
  async scrollTo(pane: string, text: RegExp): Promise<Locator> {
    const row = this.row(pane, text);
    const list = this.pane(pane).locator('.monaco-list');
    await list.hover();
    for (let turn = 0; turn < 80; turn += 1) {
      const [outer, inner] = [
        await list.boundingBox(),
        (await row.count()) > 0 && (await row.boundingBox()),
      ];
      if (outer && inner && inner.y + inner.height <= outer.y + outer.height) break;
      await this.page.mouse.wheel(0, 44);
      // The list draws the new rows in its next frame.
      await this.page.evaluate('new Promise((drawn) => requestAnimationFrame(drawn))');
    }
    await row.waitFor();
    return row;
  }

  async expandRow(pane: string, text: RegExp): Promise<void> {
    const row = this.row(pane, text);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
    }
  }

  /** Unfolds a row until one that lies in it is there: the view is drawn anew when values arrive. */
  async rowInside(pane: string, outer: RegExp, inner: RegExp): Promise<Locator> {
    const row = this.row(pane, inner);
    for (let attempt = 1; ; attempt += 1) {
      await this.expandRow(pane, outer);
      try {
        await row.waitFor({ timeout: attemptTimeoutMs });
        return row;
      } catch (error) {
        if (attempt === attempts) throw error;
      }
    }
  }

  async collapseRow(pane: string, text: RegExp): Promise<void> {
    const row = this.row(pane, text);
    if ((await row.getAttribute('aria-expanded')) === 'true') {
      await row.locator('.monaco-tl-twistie').click();
    }
  }

  /**
   * Points at something until a hover with this text opens, and returns the hover's text. A pointer that
   * rests while the language server still starts gets no hover later, so it goes away and comes again.
   */
  async hoverText(target: Locator, expected: string): Promise<string> {
    const hover = this.page
      .locator('.monaco-hover:visible, .workbench-hover:visible, .debug-hover-widget:visible')
      .filter({ hasText: expected })
      .first();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await target.hover();
      try {
        await hover.waitFor({ timeout: 4000 });
        return await hover.innerText();
      } catch {
        await this.page.mouse.move(0, 0);
      }
    }
    throw new Error(`No hover with "${expected}" opened.`);
  }

  /** The text on the screen of the terminal in front, read from its rendered rows. */
  async terminalText(): Promise<string> {
    return (await this.page.locator('.terminal-wrapper.active .xterm-rows').allInnerTexts()).join(
      '',
    );
  }

  /** Waits until the terminal in front shows a text. */
  async waitTerminal(text: RegExp, timeout?: number): Promise<void> {
    await this.page
      .locator('.terminal-wrapper.active .xterm-rows')
      .filter({ hasText: text })
      .first()
      .waitFor(timeout === undefined ? {} : { timeout });
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
