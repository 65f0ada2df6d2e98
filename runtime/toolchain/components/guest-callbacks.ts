/**
 * Functions that the runtime calls in a component of guest TypeScript, where it has them: those of its life, and of events
 * and interrupts. There is no stub around them, so one that is declared otherwise would be given what it does not expect.
 */
import type { EndBinding, InstanceBindings } from '../camkes/compile/bindings.js';
import type { GuestExport } from '../guest/compiler-port.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { nearestName } from '../text/suggest.js';
import { callbackConnector } from './stubs/events.js';

interface GuestCallback {
  readonly name: string;
  /** Types of what it is given. */
  readonly parameters: readonly string[];
  /** What it may give; the first is what to write. */
  readonly returns: readonly string[];
}

const plain = (name: string): GuestCallback => ({ name, parameters: [], returns: ['void'] });

const lifecycle: readonly GuestCallback[] = [
  // In C it gives a number, which nobody asks for.
  { ...plain('run'), returns: ['void', 'i32'] },
  ...['pre_init', 'post_init', 'loop'].map(plain),
];

/** Whose names are long enough that one which is nearly the same is meant for it. */
const guessedLifecycle: readonly string[] = ['pre_init', 'post_init'];

/**
 * What is wrong with functions that the source exports; `handlers` are names of those that methods need. One of those
 * that is missing is told elsewhere.
 */
export function callbackProblems(
  bindings: InstanceBindings,
  handlers: readonly string[],
  exported: ReadonlyMap<string, GuestExport>,
): Diagnostic[] {
  const ofEnds = bindings.ends.flatMap((end) => callbacksOf(end, bindings));
  const called = new Map(
    [...lifecycle, ...ofEnds, ...bindings.ends.map(initOf)].map((each) => [each.name, each]),
  );
  const guessed = [
    ...bindings.ends
      .filter(({ interrupts }) => interrupts === undefined)
      .flatMap((end) => callbacksOf(end, bindings).map(({ name }) => name)),
    ...guessedLifecycle,
    ...(bindings.instance.component.isControl && !exported.has('loop') ? ['run'] : []),
  ].filter((name) => !exported.has(name));
  return [...exported.values()].flatMap((found): Diagnostic[] => {
    if (found.file.startsWith('generated:/') || handlers.includes(found.name)) return [];
    const callback = called.get(found.name);
    return callback === undefined
      ? uncalled(found, bindings, guessed)
      : signatureProblem(found, callback);
  });
}

const initOf = ({ end }: EndBinding): GuestCallback => plain(`${end.interface.name}__init`);

function callbacksOf(end: EndBinding, { singleThread }: InstanceBindings): GuestCallback[] {
  const { name, kind } = end.end.interface;
  const { interrupts, connection, handoff, lock, signal } = end;
  if (kind === 'uses') return end.notification === undefined ? [] : [plain(`${name}_signalled`)];
  if (kind !== 'consumes') return [];
  if (connection.connector.name === callbackConnector)
    return [{ name: `${name}_callback`, parameters: ['u32'], returns: ['void'] }];
  const isCalled =
    interrupts !== undefined ||
    (handoff !== undefined && lock !== undefined) ||
    (singleThread !== undefined && signal !== undefined);
  if (!isCalled) return [];
  const sources = interrupts !== undefined && interrupts.length > 1 ? interrupts : [];
  return [name, ...sources.map((source) => source.name)].map((each) => plain(`${each}_handle`));
}

function signatureProblem(
  found: GuestExport,
  { name, parameters, returns }: GuestCallback,
): Diagnostic[] {
  const types = found.parameters.map(({ type }) => type).join();
  const isRight =
    found.typeParameters === '' && types === parameters.join() && returns.includes(found.returns);
  if (isRight) return [];
  const given = parameters.length === 0 ? 'nothing' : 'the badge';
  const written = parameters.map((type) => `badge: ${type}`).join(', ');
  return [
    {
      file: found.file,
      range: found.range,
      severity: 'error',
      code: 'handler-signature',
      message: `\`${name}\` is \`${signatureIn(found)}\`, but the runtime calls it, where it is given ${given} and gives nothing. Declare it as \`export function ${name}(${written}): ${returns[0] ?? 'void'}\`.`,
    },
  ];
}

function uncalled(
  { name, file, range }: GuestExport,
  { ends }: InstanceBindings,
  guessed: readonly string[],
): Diagnostic[] {
  const told = (why: string): Diagnostic[] => [
    {
      file,
      range,
      severity: 'warning',
      code: 'uncalled-function',
      message: `Nothing calls \`${name}\`${why}`,
    },
  ];
  const end = ends.find(
    ({ end: { interface: declared } }) =>
      declared.kind === 'consumes' && name === `${declared.name}_handle`,
  );
  if (end !== undefined)
    return told(
      `: over \`${end.connection.connector.name}\` a component waits for an event itself. Call \`${end.end.interface.name}.wait()\`, or connect it by \`seL4Notification\`, which calls.`,
    );
  const near = nearestName(name, guessed);
  return near === undefined ? [] : told(`. Did you mean \`${near}\`?`);
}

export const signatureIn = ({ typeParameters, parameters, returns }: GuestExport): string =>
  `${typeParameters}(${parameters.map(({ type }) => type).join(', ')}): ${returns}`;
