/**
 * The modules `camkes` of an assembly as an editor's TypeScript server can have them. Each instance has a module of
 * its own, but a server knows one by that name: this one declares what any instance has, so an editor tells a wrong
 * type, and the build tells who imports what another component has.
 */
import type { EndBinding, InstanceBindings, ProgramBindings } from '../camkes/compile/bindings.js';
import { guestSpelling, structInGuest, structsOf } from './attribute-structs.js';
import { dmaPoolMembers, dmaPoolName, hasDmaPool } from './guest-dma-pool.js';
import { guestName } from './guest-names.js';
import { guestMethod, replyClass, signatureOf } from './guest-methods.js';
import { declaredMembers } from './guest-namespace-text.js';
import { guestNamespaces } from './guest-namespaces.js';
import type { GuestClasses } from './guest-structs.js';
import { addClasses, declaredClass } from './guest-structs.js';

interface Declared {
  /** Members by namespace, as they are declared. */
  readonly namespaces: Map<string, Set<string>>;
  readonly classes: Set<string>;
  /** Types by constant: one has several where components disagree. */
  readonly constants: Map<string, Set<string>>;
}

export function guestDeclarations(programs: readonly ProgramBindings[]): string {
  const declared: Declared = {
    namespaces: new Map(),
    classes: new Set(),
    constants: new Map([['instanceName', new Set(['string'])]]),
  };
  for (const { instances } of programs)
    for (const bindings of instances) declareInstance(declared, bindings);
  const constants = [...declared.constants].filter(([name]) => !declared.namespaces.has(name));
  return [
    ...[...declared.namespaces].map(
      ([name, members]) =>
        `export declare namespace ${guestName(name)} {\n${[...members].map((each) => `  ${each};\n`).join('')}}\n`,
    ),
    ...declared.classes,
    ...constants.map(
      ([name, types]) => `export declare const ${guestName(name)}: ${[...types].join(' | ')};\n`,
    ),
  ].join('');
}

function declareInstance(declared: Declared, bindings: InstanceBindings): void {
  for (const end of bindings.ends) declareEnd(declared, end);
  for (const { name } of bindings.mutexes) add(declared, name, calls('i32', 'lock', 'unlock'));
  for (const { name } of bindings.semaphores)
    add(declared, name, calls('i32', 'wait', 'trywait', 'post'));
  for (const { name } of bindings.binarySemaphores)
    add(declared, name, calls('i32', 'wait', 'post'));
  for (const { name } of bindings.copyRegions)
    add(declared, name, [
      ...memory,
      'function map(slot: u32): i32',
      'function unmap(slot: u32): i32',
      'const region: import("sel4/copy-region").CopyRegion',
    ]);
  if (hasDmaPool(bindings)) add(declared, dmaPoolName, dmaPoolMembers);
  for (const each of structsOf(bindings.attributes).values())
    declared.classes.add(structInGuest(each));
  for (const { declaration } of bindings.attributes) {
    const type = guestSpelling(declaration);
    if (type !== undefined) members(declared.constants, declaration.name).add(type);
  }
}

function declareEnd(declared: Declared, end: EndBinding): void {
  const { name, procedure } = end.end.interface;
  const methods = (procedure?.methods ?? []).flatMap((method) =>
    procedure === undefined ? [] : (guestMethod(procedure, method) ?? []),
  );
  for (const { reply } of methods) if (reply !== undefined) declared.classes.add(replyClass(reply));
  const structs: GuestClasses = new Map();
  if (procedure !== undefined) addClasses(structs, procedure);
  for (const each of structs.values()) declared.classes.add(declaredClass(each));
  const own = end.end.interface.kind === 'uses' ? methods : [];
  add(
    declared,
    name,
    own.map((method) => `function ${method.member}${signatureOf(method)}`),
  );
  const taken = own.map((method) => method.name);
  for (const found of guestNamespaces(end, taken))
    add(declared, found.name, declaredMembers(found));
}

const memory: readonly string[] = declaredMembers({
  name: '',
  functions: [],
  memory: { symbol: '', sizeBytes: 0 },
});

const calls = (returns: string, ...names: readonly string[]): string[] =>
  names.map((name) => `function ${name}(): ${returns}`);

function add({ namespaces }: Declared, name: string, lines: readonly string[]): void {
  for (const line of lines) members(namespaces, name).add(line);
}

function members(of: Map<string, Set<string>>, name: string): Set<string> {
  const known = of.get(name) ?? new Set<string>();
  of.set(name, known);
  return known;
}
