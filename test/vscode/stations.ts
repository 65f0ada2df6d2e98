/**
 * A walk through the workbench as stations, each with a picture that is kept. They build on one
 * another, so after a failure the rest is failed without a try.
 */
import path from 'node:path';
import type { Tally } from './tally.js';
import type { Workbench } from './workbench.js';

export class Stations {
  private readonly workbench: Workbench;
  private readonly screenshots: string;
  private readonly tally: Tally;
  private failed: string | undefined;

  constructor(workbench: Workbench, options: { screenshots: string; tally: Tally }) {
    this.workbench = workbench;
    this.screenshots = options.screenshots;
    this.tally = options.tally;
  }

  /** `name` is that of the picture. */
  async step(name: string, title: string, body: () => Promise<void>): Promise<void> {
    const full = `workbench: ${title}`;
    if (this.failed !== undefined) {
      this.tally.fail(full, `Not reached, because the station "${this.failed}" failed.`);
      return;
    }
    const reached = async (): Promise<void> => {
      await body();
      await this.picture(name);
    };
    const passed = await this.tally.step(full, reached, () => this.picture(`${name}-failed`));
    if (!passed) this.failed = title;
  }

  async picture(name: string): Promise<void> {
    await this.workbench.page.screenshot({ path: path.join(this.screenshots, `${name}.png`) });
  }
}
