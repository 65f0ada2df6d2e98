/**
 * A component in guest TypeScript: its source with the module `camkes` and the entry that are made for the instance,
 * compiled to an object. A handler that is missing or has another signature is told at the interface or at its own
 * line; what the compiler says of generated text is left out then, as it only follows from that.
 */
import type { InstanceBindings } from '../camkes/compile/bindings.js';
import type { GuestCompiler, GuestExport } from '../guest/compiler-port.js';
import { defaultMemoryBase } from '../guest/compiler-port.js';
import { compileModule } from '../guest/riscv/compile-module.js';
import type { ObjectFile } from '../object-file.js';
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { diagnosticAt } from '../text/source-line.js';
import type { SourceFile } from './find-sources.js';
import type { GuestHandler } from './guest-entry-text.js';
import { guestEntryText, guestHandlers } from './guest-entry-text.js';
import { signatureOf } from './guest-methods.js';
import { guestModuleText } from './guest-module-text.js';

export interface GuestComponent {
  readonly object: ObjectFile | undefined;
  /** Names of what the source exports. */
  readonly exported: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface GuestContext {
  readonly files: SourceFiles;
  readonly guestCompiler: GuestCompiler | undefined;
  readonly optimization: 'debug' | 'release';
  /** Its number among the instances of its program: each has its data at an address of its own. */
  readonly index: number;
  /** Of a capsule: its handlers are called directly, too. */
  readonly isMember: boolean;
}

/** Room for the static data of one instance in a program of several. */
const bytesOfInstance = 0x10_0000;
const entryName = 'camkes-entry';

export function compileGuest(
  bindings: InstanceBindings,
  { path, named }: SourceFile,
  { files, guestCompiler, optimization, index, isMember }: GuestContext,
): GuestComponent {
  if (guestCompiler === undefined) {
    const place = named ?? { file: path, range: noRange };
    const message = `${path} is guest TypeScript, and its compiler is not loaded here.`;
    return {
      object: undefined,
      exported: new Set(),
      diagnostics: [{ ...place, severity: 'error', code: 'guest-compiler-missing', message }],
    };
  }
  const handlers = guestHandlers(bindings);
  const module = `../${path.replace(/^.*\//, '').replace(/\.ts$/, '')}`;
  const compiled = guestCompiler.compile([path, entryName], files, {
    memoryBase: defaultMemoryBase + index * bytesOfInstance,
    isOptimized: optimization === 'release',
    folder: path.includes('/') ? path.replace(/\/[^/]*$/, '') : '',
    generated: new Map([
      ['camkes', guestModuleText(bindings)],
      [entryName, guestEntryText(handlers, module, isMember ? 'capsule' : 'process')],
    ]),
    hasFloatingPoint: false,
    allocationAfterInit: 'allowed',
  });
  const exported = new Map(compiled.exports.map((each) => [each.name, each]));
  const wrong = handlers.flatMap((handler) => handlerProblem(handler, exported, path, bindings));
  const told = compiled.diagnostics.filter(
    ({ file }) => wrong.length === 0 || !file.startsWith('generated:/'),
  );
  const diagnostics = [...wrong, ...told];
  const names = new Set(exported.keys());
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  if (compiled.module === undefined || hasErrors)
    return { object: undefined, exported: names, diagnostics };
  const made = compileModule(compiled.module, { isDebug: optimization === 'debug' });
  return {
    object: made.object,
    exported: names,
    diagnostics: [...diagnostics, ...made.diagnostics],
  };
}

function handlerProblem(
  { name, end, method }: GuestHandler,
  exported: ReadonlyMap<string, GuestExport>,
  path: string,
  { instance }: InstanceBindings,
): Diagnostic[] {
  const { interface: declared } = end.end;
  const found = exported.get(name);
  const wanted = `export function ${name}${signatureOf(method)}`;
  const related = [{ ...method.method.place, message: 'The method is declared here.' }];
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
  const has = `(${found.parameters.map(({ type }) => type).join(', ')}): ${found.returns}`;
  const needs = `(${method.parameters.map(({ type }) => type).join(', ')}): ${method.returns}`;
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

/** `Array<i32>` is `i32[]`; the module may have been imported under a name. */
const plainText = (text: string): string =>
  text
    .replace(/\s+/g, '')
    .replace(/Array<(\w+)>/g, '$1[]')
    .replace(/\b\w+\.(?=\w)/g, '');
