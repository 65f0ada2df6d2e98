/**
 * `cantrip authority`: what each thread of a booted system can do to the others, and with --from and --to
 * the path by which, or the closed set that shows that there is none.
 */
import {
  analyseAuthority,
  componentNamed,
  viewAuthority,
  viewConfinement,
} from '../authority/authority.js';
import type { ComponentAuthority, Confinement } from '../authority/authority.js';
import { capabilityStateOf } from '../inspect/authority-state.js';
import type { CapabilityState } from '../image/capability-state.js';
import type { ParsedArguments } from './arguments.js';
import { bootSource } from './boot.js';
import { UsageError } from './command.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { printError, printJson, printOut } from './output.js';
import { bootOptions } from './platform-options.js';
import { atOption, parseMoment, runTo } from './run-until.js';

export const authority: Command = {
  name: 'authority',
  summary: 'Show what threads can do to each other; exit 1 when --from can get at --to.',
  operands: '<source>',
  operandCount: { least: 1, most: 1 },
  options: [
    ...bootOptions,
    atOption,
    { name: '--from', value: 'THREAD', help: 'Ask about this thread; with --to.' },
    { name: '--to', value: 'THREAD', help: 'Whether it is confined from this one: 0 yes, 1 no.' },
    {
      name: '--trust',
      value: 'THREAD,…',
      help: 'These hand on no capability, though they could; all others do their worst.',
    },
    { name: '--relays', help: 'Count threads that pass on data, too.' },
    { name: '--json', help: 'Print one JSON document.' },
  ],
  run: (parsed) => Promise.resolve(runAuthority(parsed)),
};

function runAuthority(parsed: ParsedArguments): ExitCode {
  const { options } = parsed;
  const moment = parseMoment(options.get('--at'));
  const from = options.get('--from');
  const to = options.get('--to');
  if ((from === undefined) !== (to === undefined))
    throw new UsageError('Give --from and --to together.');
  const { platform, diagnostics } = bootSource(parsed);
  printDiagnostics(diagnostics);
  if (platform === undefined) return 1;
  runTo(platform, moment);
  const state = capabilityStateOf(platform);
  if (state === undefined) {
    printError('There are no capabilities: the program runs without a kernel.');
    return 1;
  }
  const trusted = options.get('--trust')?.split(',') ?? [];
  const analysed = analyseAuthority(state, {
    trusted: trusted.map((name) => indexOf(state, name)),
  });
  const isJson = options.has('--json');
  if (from === undefined || to === undefined) {
    const components = viewAuthority(analysed);
    if (isJson) printJson({ instructions: platform.machine.instructions, components });
    else printOut(components.map(describeComponent).join(''));
    return 0;
  }
  const answer = viewConfinement(analysed, indexOf(state, from), indexOf(state, to), {
    relays: options.has('--relays'),
  });
  if (isJson) printJson(answer);
  else printOut(describeAnswer(answer));
  return answer.confined ? 0 : 1;
}

function indexOf(state: CapabilityState, name: string): number {
  const index = componentNamed(state, name);
  const known = state.components.map((component) => component.name).join(', ');
  if (index === undefined) throw new UsageError(`There is no thread ${name}; there are: ${known}.`);
  return index;
}

function describeComponent(component: ComponentAuthority): string {
  const { name, capabilities, reachableCapabilities, reaches } = component;
  const more =
    reachableCapabilities > capabilities ? `, and can come to use ${reachableCapabilities}` : '';
  const others = reaches.map(
    (reach) => `  acts on ${reach.component}: ${reach.effects.join(', ')}\n`,
  );
  return `${name} has ${capabilities} capabilities${more}\n${others.join('') || '  acts on no other thread\n'}`;
}

function describeAnswer(answer: Confinement): string {
  const { from, to } = answer;
  if (!answer.confined) {
    const steps = answer.path.map(({ capability, why }, index) => {
      const by = capability === undefined ? '' : `\n     by ${capability}`;
      return `  ${index + 1}. ${why}${by}\n`;
    });
    return `${from} is not confined from ${to} (${answer.effect}):\n${steps.join('')}`;
  }
  const reached = answer.reaches.length === 0 ? 'no other thread' : answer.reaches.join(', ');
  const held = answer.closedSet.map((capability) => `  ${capability}\n`);
  return `${from} is confined from ${to}. It acts on ${reached}. All that it can ever come to use:\n${held.join('') || '  nothing\n'}`;
}
