/**
 * `cantrip authority`: what each component can do to the others, and with --from and --to the path by which,
 * or the closed set that shows that there is none. An assembly or a capDL file is asked as it is written;
 * any other source is booted, and its threads are asked at a moment.
 */
import {
  analyseAuthority,
  componentNamed,
  viewAuthority,
  viewConfinement,
} from '../authority/authority.js';
import type { ComponentAuthority, Confinement } from '../authority/authority.js';
import { authorityDifference } from '../authority/authority-difference.js';
import { authorityDifferenceText } from '../authority/authority-difference-text.js';
import { capabilityStateOf } from '../inspect/authority-state.js';
import { capabilityStateOfSpec } from '../toolchain/capdl/capability-state.js';
import { readSpecification } from './specification.js';
import type { CapabilityState } from '../image/capability-state.js';
import type { ParsedArguments } from './arguments.js';
import { bootSource } from './boot.js';
import { UsageError } from './command.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { displayPath } from './disk.js';
import { printError, printJson, printOut } from './output.js';
import { bootOptions, chosenArchitecture } from './platform-options.js';
import { atOption, parseMoment, runTo } from './run-until.js';

export const authority: Command = {
  name: 'authority',
  summary: 'Show what components can do to each other; exit 1 when --from can get at --to.',
  operands: '<source>',
  operandCount: { least: 1, most: 1 },
  options: [
    ...bootOptions,
    atOption,
    { name: '--from', value: 'NAME', help: 'Ask about this component or thread; with --to.' },
    { name: '--to', value: 'NAME', help: 'Whether it is confined from this one: 0 yes, 1 no.' },
    {
      name: '--trust',
      value: 'NAME,…',
      help: 'These hand on no capability, though they could; all others do their worst.',
    },
    {
      name: '--against',
      value: 'SOURCE',
      help: 'What changed since this assembly or capDL file; exit 1 when somebody can do more.',
    },
    { name: '--relays', help: 'Count threads that pass on data, too.' },
    { name: '--json', help: 'Print one JSON document.' },
  ],
  run: runAuthority,
};

async function runAuthority(parsed: ParsedArguments): Promise<ExitCode> {
  const { options } = parsed;
  const from = options.get('--from');
  const to = options.get('--to');
  if ((from === undefined) !== (to === undefined))
    throw new UsageError('Give --from and --to together.');
  const architecture = chosenArchitecture(parsed);
  const asked =
    writtenState(parsed.operands[0] ?? '.', architecture) ?? (await bootedState(parsed));
  if (asked === undefined) return 1;
  const { state, instructions } = asked;
  const against = options.get('--against');
  if (against !== undefined) return compare(against, state, parsed);
  const trusted = options.get('--trust')?.split(',') ?? [];
  const analysed = analyseAuthority(state, {
    trusted: trusted.map((name) => indexOf(state, name)),
  });
  const isJson = options.has('--json');
  if (from === undefined || to === undefined) {
    const components = viewAuthority(analysed);
    if (isJson) printJson({ ...(instructions === undefined ? {} : { instructions }), components });
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

interface Asked {
  readonly state: CapabilityState;
  /** Of a booted system: the moment. */
  readonly instructions?: number;
}

/** Undefined for a source that says nothing by itself and has to be booted. */
function writtenState(
  source: string,
  architecture: ReturnType<typeof chosenArchitecture>,
): Asked | undefined {
  const built = readSpecification(displayPath(source), architecture);
  if (built === undefined) return undefined;
  printDiagnostics(built.diagnostics);
  return built.spec && { state: capabilityStateOfSpec(built.spec) };
}

async function bootedState(parsed: ParsedArguments): Promise<Asked | undefined> {
  const moment = parseMoment(parsed.options.get('--at'));
  const { platform, diagnostics } = await bootSource(parsed);
  printDiagnostics(diagnostics);
  if (platform === undefined) return undefined;
  runTo(platform, moment);
  const state = capabilityStateOf(platform);
  if (state === undefined)
    printError('There are no capabilities: the program runs without a kernel.');
  return state && { state, instructions: platform.machine.instructions };
}

function compare(source: string, after: CapabilityState, parsed: ParsedArguments): ExitCode {
  const before = writtenState(source, chosenArchitecture(parsed));
  if (before === undefined)
    throw new UsageError(`The value of --against is a .camkes or .cdl file, not ${source}.`);
  const difference = authorityDifference(before.state, after);
  if (parsed.options.has('--json')) printJson(difference);
  else printOut(authorityDifferenceText(difference));
  return difference.changes.some(({ gained }) => gained.length > 0) ? 1 : 0;
}

function indexOf(state: CapabilityState, name: string): number {
  const index = componentNamed(state, name);
  const known = state.components.map((component) => component.name).join(', ');
  if (index === undefined)
    throw new UsageError(`There is no component or thread ${name}; there are: ${known}.`);
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
