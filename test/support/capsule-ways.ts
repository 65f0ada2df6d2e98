/** The same components in processes of their own and in a capsule, and what both print. */
import assert from 'node:assert/strict';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import type { Built } from '../../runtime/toolchain/build.js';
import { bootBuilt, buildTexts, type Texts } from './component-system.js';

/** Instances and connections of an assembly, in processes of their own and in a group. */
export function bothWays(
  components: Texts,
  instances: readonly string[],
  connections: readonly string[],
  configuration = '',
): { readonly processes: Texts; readonly capsule: Texts } {
  const types = [...new Set(instances.map((each) => each.split(' ')[0] ?? ''))];
  const names = instances.map((each) => each.split(' ')[1] ?? '');
  const imports = ['<std_connector.camkes>', ...types.map((type) => `"${type}.camkes"`)];
  const assembly = (parts: string, rows: readonly string[]): string =>
    `${imports.map((each) => `import ${each};`).join('\n')}
assembly {
  composition {
    ${parts}
    ${rows.map((each, index) => `connection ${each.replace('(', ` c${String(index)}(`)};`).join('\n    ')}
  }
  configuration { ${configuration} }
}`;
  const declared = instances.map((each) => `component ${each};`).join(' ');
  const grouped = connections.map((each) =>
    each.replace(/\b(\w+)\.(?=\w)/g, (ends, name: string) =>
      names.includes(name) ? `g.${ends}` : ends,
    ),
  );
  return {
    processes: { ...components, 'system.camkes': assembly(declared, connections) },
    capsule: {
      ...components,
      'system.camkes': assembly(`group g { ${declared} }`, grouped),
    },
  };
}

export const builtCapsule = (texts: Texts, optimization: 'debug' | 'release' = 'debug'): Built =>
  buildTexts(texts, 'system.camkes', { guestCompiler, optimization });

export function printed(texts: Texts, optimization?: 'debug' | 'release'): string {
  const system = builtCapsule(texts, optimization);
  assert.deepEqual(
    system.diagnostics.map(({ message }) => message),
    [],
  );
  const { console, differences } = bootBuilt(system);
  assert.deepEqual(differences, []);
  return console;
}

export function assertSame(ways: ReturnType<typeof bothWays>, console: string): void {
  assert.equal(printed(ways.processes), console);
  assert.equal(printed(ways.capsule), console);
  assert.equal(printed(ways.capsule, 'release'), console);
}

/** One instance of the capsule in a process of its own. */
export function outside(capsule: Texts, component: string, instance: string): Texts {
  const text = String(capsule['system.camkes'])
    .replace(`component ${component} ${instance};`, '')
    .replace('group g {', `component ${component} ${instance}; group g {`)
    .replace(`g.${instance}.p`, `${instance}.p`);
  return { ...capsule, 'system.camkes': text };
}

/** The declaration of one that calls, and of one that is called. */
export const client = 'import "P.idl4"; component A { control; uses P p; }';
export const server = 'import "P.idl4"; component B { provides P p; }';
