/**
 * A component in guest TypeScript: its source with the module `camkes` and the entry that are made for the instance,
 * compiled to an object. A handler that is missing or has another signature is told at the interface or at its own
 * line; what the compiler says of generated text is left out then, as it only follows from that.
 */
import type { Building } from '../build-step.js';
import type { InstanceBindings } from '../camkes/compile/bindings.js';
import type { CompiledGuest, GuestUnit } from '../guest/compile-unit.js';
import type { CheckedGuest } from '../guest/check-port.js';
import type { GuestExport } from '../guest/compiler-port.js';
import { defaultMemoryBase } from '../guest/compiler-port.js';
import type { ObjectFile } from '../object-file.js';
import type { StartAllocations } from '../guest/start-allocations.js';
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import { diagnosticAt } from '../text/source-line.js';
import type { SourceFile } from './find-sources.js';
import { layOutMethod } from './method-layout.js';
import type { GuestCompilations } from './guest-compilations.js';
import type { GuestHandler } from './guest-entry-text.js';
import { callbackProblems, signatureIn } from './guest-callbacks.js';
import { guestEntryText, guestHandlers } from './guest-entry-text.js';
import { signatureOf } from './guest-methods.js';
import { tellMissingImports } from './missing-imports.js';
import { stubFunctions } from './guest-conversion-text.js';
import { guestModuleText } from './guest-module-text.js';
import { stubAllocations } from './stub-allocations.js';

export interface GuestComponent {
  readonly object: ObjectFile | undefined;
  /** Names of what the source exports. */
  readonly exported: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
  /** What it takes of its arena when it starts. */
  readonly start: StartAllocations | undefined;
  /** Lines that touch raw memory, by file. */
  readonly unsafeLines: ReadonlyMap<string, number>;
}

export interface GuestContext {
  readonly compilations: GuestCompilations;
  readonly optimization: 'debug' | 'release';
  /** Where its static data begins: `guest-data-base.ts`. */
  readonly memoryBase: number;
  /** Of a capsule: its handlers are called directly, too. */
  readonly isMember: boolean;
}

/** What is to be compiled for an instance, and the functions that its interfaces want of it. */
export interface PreparedGuest {
  readonly handlers: readonly GuestHandler[];
  readonly unit: GuestUnit;
}

const entryName = 'camkes-entry';

export function* compileGuest(
  bindings: InstanceBindings,
  source: SourceFile,
  { compilations, ...context }: GuestContext,
): Building<GuestComponent> {
  const { path } = source;
  const { handlers, unit } = prepareGuest(bindings, path, context, compilations);
  const compiled = yield* compileOnce(unit, bindings, source, compilations);
  if (compiled === undefined) return withoutCompiler(source);
  const exported = new Map(compiled.exports.map((each) => [each.name, each]));
  const own = compiled.diagnostics.filter(({ file }) => !file.startsWith('generated:/'));
  const wrong = isUnderstood(exported, own)
    ? handlerProblems(handlers, exported, path, bindings)
    : [];
  const told = tellMissingImports(
    bindings,
    hasErrorsIn([...wrong, ...own]) ? own : compiled.diagnostics,
  );
  const kind = context.isMember ? 'capsule' : 'process';
  const allocations = handlers.flatMap((handler) => stubAllocations(handler, bindings, kind));
  // A method without a stub is told at its declaration, and not again wherever it is called.
  const diagnostics = hasUnknownTypes(bindings) ? [] : [...wrong, ...allocations, ...told];
  return {
    object: hasErrorsIn([...wrong, ...allocations, ...own]) ? undefined : compiled.object,
    exported: new Set(exported.keys()),
    diagnostics,
    start: compiled.start,
    unsafeLines: compiled.unsafeLines,
  };
}

/** What an editor has checked of a component's source: all of it is looked at, and nothing is made. */
export interface GuestCheck {
  readonly unit: GuestUnit;
  /** What is wrong with the source, by what the compiler says of it. */
  readonly diagnosticsOf: (checked: CheckedGuest) => readonly Diagnostic[];
}

export function guestCheck(
  bindings: InstanceBindings,
  path: string,
  { isMember }: Pick<GuestContext, 'isMember'>,
): GuestCheck {
  const { handlers, unit } = newGuest(bindings, path, {
    optimization: 'debug',
    memoryBase: defaultMemoryBase,
    isMember,
  });
  return {
    unit: { ...unit, options: { ...unit.options, scope: 'everything' } },
    diagnosticsOf: ({ exports, diagnostics }) => {
      const exported = new Map(exports.map((each) => [each.name, each]));
      const own = diagnostics.filter(({ file }) => !file.startsWith('generated:/'));
      const wrong = isUnderstood(exported, own)
        ? handlerProblems(handlers, exported, path, bindings)
        : [];
      return [...wrong, ...tellMissingImports(bindings, own)];
    },
  };
}

/** Of a source that is not understood nothing is known to be missing. */
const isUnderstood = (
  exported: ReadonlyMap<string, GuestExport>,
  own: readonly Diagnostic[],
): boolean => exported.size > 0 || !hasErrorsIn(own);

const hasUnknownTypes = ({ ends }: InstanceBindings): boolean =>
  ends.some(({ end: { interface: declared } }) => {
    const { methods = [], headerTypes } = declared.procedure ?? {};
    return methods.some((method) => !layOutMethod(method, headerTypes).ok);
  });

const hasErrorsIn = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === 'error');

/** The same one each time that it is asked for in a build. */
export function prepareGuest(
  bindings: InstanceBindings,
  path: string,
  context: Omit<GuestContext, 'compilations'>,
  { prepared }: GuestCompilations,
): PreparedGuest {
  const found = prepared.get(bindings) ?? newGuest(bindings, path, context);
  prepared.set(bindings, found);
  return found;
}

function newGuest(
  bindings: InstanceBindings,
  path: string,
  { optimization, memoryBase, isMember }: Omit<GuestContext, 'compilations'>,
): PreparedGuest {
  const handlers = guestHandlers(bindings);
  const module = `../${path.replace(/^.*\//, '').replace(/\.ts$/, '')}`;
  const kind = isMember ? 'capsule' : 'process';
  const unit = {
    entries: [path, entryName],
    options: {
      memoryBase,
      isOptimized: optimization === 'release',
      folder: path.includes('/') ? path.replace(/\/[^/]*$/, '') : '',
      generated: new Map([
        ['camkes', guestModuleText(bindings, kind)],
        [entryName, guestEntryText(handlers, module, kind, stubFunctions(bindings, kind))],
      ]),
      hasFloatingPoint: false,
      allocationAfterInit: bindings.allocationAfterInit,
    },
    next: 'pre_init',
  };
  return { handlers, unit };
}

/** Undefined where it has to be compiled and nobody does. */
function* compileOnce(
  unit: GuestUnit,
  { instance }: InstanceBindings,
  { path }: SourceFile,
  compilations: GuestCompilations,
): Building<CompiledGuest | undefined> {
  const step = { instance: instance.name, source: path };
  const known = compilations.find(unit);
  if (known !== undefined) {
    yield { kind: 'compiled', ...step, isFromCache: true };
    return known;
  }
  const compiled = yield* compilations.compile(unit, step);
  if (compiled !== undefined) yield { kind: 'compiled', ...step, isFromCache: false };
  return compiled;
}

function withoutCompiler({ path, named }: SourceFile): GuestComponent {
  const place = named ?? { file: path, range: noRange };
  const message = `${path} is guest TypeScript, and its compiler is not loaded here.`;
  return {
    object: undefined,
    exported: new Set(),
    diagnostics: [{ ...place, severity: 'error', code: 'guest-compiler-missing', message }],
    start: undefined,
    unsafeLines: new Map(),
  };
}

const handlerProblems = (
  handlers: readonly GuestHandler[],
  exported: ReadonlyMap<string, GuestExport>,
  path: string,
  bindings: InstanceBindings,
): Diagnostic[] => [
  ...handlers.flatMap((handler) => handlerProblem(handler, exported, path, bindings)),
  ...callbackProblems(
    bindings,
    handlers.map(({ name }) => name),
    exported,
  ),
];

function handlerProblem(
  { name, end, parameters, returns, method }: GuestHandler,
  exported: ReadonlyMap<string, GuestExport>,
  path: string,
  { instance }: InstanceBindings,
): Diagnostic[] {
  const { interface: declared } = end.end;
  const found = exported.get(name);
  const wanted = `export function ${name}${signatureOf({ parameters, returns })}`;
  const related =
    method === undefined
      ? []
      : [{ ...method.method.place, message: 'The method is declared here.' }];
  if (found === undefined)
    return [
      diagnosticAt(
        declared.place,
        'error',
        'missing-handler',
        `The component \`${instance.component.name}\` has no function \`${name}\` for its interface \`${declared.name}\`: ${path.replace(/^.*\//, '')} does not export it. Add \`${wanted}\`.`,
        related,
      ),
    ];
  const has = signatureIn(found);
  const needs = `(${parameters.map(({ type }) => type).join(', ')}): ${returns}`;
  if (plainText(has) === plainText(needs)) return [];
  return [
    {
      file: found.file,
      range: found.range,
      severity: 'error',
      code: 'handler-signature',
      message: `\`${name}\` is \`${has}\`, but its method needs \`${needs}\`. Declare it as \`${wanted}\`.`,
      related: related.map(({ message, file, range }) => ({ message, file, range })),
    },
  ];
}

/** The module of a type may have been imported under a name. */
const plainText = (text: string): string => text.replace(/\s+/g, '').replace(/\b\w+\.(?=\w)/g, '');
