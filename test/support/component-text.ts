/** Components of tests in assembly, in a few lines. */
import { connectorRow } from '../../runtime/toolchain/camkes/connectors.js';

/** A function that keeps ra. */
export const routine = (name: string, ...body: readonly string[]): string => `
    .globl  ${name}
${name}:
    addi    sp, sp, -16
    sw      ra, 12(sp)
${body.join('\n')}
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
`;

/** Prints a line. */
export const say = (text: string): string => `
    la      a0, 9f
    call    puts
    .pushsection .rodata
9:  .asciz  "${text}"
    .popsection
`;

/** Prints a0, from 0 to 9, as a line. */
export const sayDigit = `
    addi    a0, a0, '0'
    call    putchar
    li      a0, '\\n'
    call    putchar
`;

export interface AssemblyText {
  /** Bodies of component types by name; each has one instance, of the same name in small letters. */
  readonly components: Readonly<Record<string, string>>;
  readonly connections: string;
  readonly settings?: string;
  readonly procedures?: string;
  /** Instead of one instance of each type. */
  readonly instances?: string;
}

/** An assembly in one file. */
export function assemblyText(description: AssemblyText): string {
  const { components, connections, settings = '', procedures = '' } = description;
  const names = Object.keys(components);
  const instances =
    description.instances ??
    names.map((name) => `component ${name} ${name.toLowerCase()};`).join(' ');
  const used = [...connections.matchAll(/connection (\w+)/g)].flatMap(([, name = '']) => {
    const row = connectorRow(name);
    return row === undefined ? [] : [row.library];
  });
  return `
${[...new Set(used)].map((library) => `import <${library}>;`).join('\n')}
${procedures}
${names.map((name) => `component ${name} { ${components[name] ?? ''} }`).join('\n')}
assembly {
  composition { ${instances} ${connections} }
  configuration { ${settings} }
}
`;
}
