/** `cantrip threads`: every thread of a booted system with its state and where it is. */
import { formatAddress } from '../base/address.js';
import { viewInterrupts } from '../inspect/interrupts.js';
import { viewEndpoints, viewNotifications, viewReplies } from '../inspect/ipc.js';
import { viewThreads } from '../inspect/threads.js';
import type { ParsedArguments } from './arguments.js';
import { bootSource } from './boot.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { printJson, printOut } from './output.js';
import { bootOptions } from './platform-options.js';
import { atOption, parseMoment, runTo } from './run-until.js';

export const threads: Command = {
  name: 'threads',
  summary: 'Show every thread of a booted system.',
  operands: '<source>',
  operandCount: { least: 1, most: 1 },
  options: [...bootOptions, atOption, { name: '--json', help: 'Print one JSON document.' }],
  run: runThreads,
};

async function runThreads(parsed: ParsedArguments): Promise<ExitCode> {
  const moment = parseMoment(parsed.options.get('--at'));
  const { platform, diagnostics } = await bootSource(parsed);
  printDiagnostics(diagnostics);
  if (platform === undefined) return 1;
  runTo(platform, moment);
  const views = viewThreads(platform);
  if (parsed.options.has('--json')) {
    printJson({
      instructions: platform.machine.instructions,
      threads: views,
      endpoints: viewEndpoints(platform),
      notifications: viewNotifications(platform),
      replies: viewReplies(platform),
      interrupts: viewInterrupts(platform),
    });
    return 0;
  }
  const width = Math.max(0, ...views.map(({ name }) => name.length));
  for (const { id, name, state, pc, priority, isCurrent } of views) {
    const mark = isCurrent ? '*' : ' ';
    const rank = priority === undefined ? '' : `  priority ${priority}`;
    printOut(
      `${mark} ${formatAddress(id)}  ${name.padEnd(width)}  pc ${formatAddress(pc)}${rank}  ${state}\n`,
    );
  }
  return 0;
}
