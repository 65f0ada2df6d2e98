/**
 * The standard library as text, so that an assembly reads without a checkout of the reference tools:
 * `import <std_connector.camkes>;` and `<global-connectors.camkes>` resolve to it when no import path has
 * them. The connectors come from their table; the few procedures and components are written here.
 */
import { boardTreeText } from '../devicetree/board-trees.js';
import { connectorTable, type ConnectorLibrary, type ConnectorRow } from './connectors.js';
import type { ConnectorEndType } from './system.js';

export const builtinPrefix = 'builtin:/';

export const isBuiltin = (path: string): boolean => path.startsWith(builtinPrefix);

/** What stands under a `builtin:/…` path; undefined when nothing does. */
export const builtinText = (path: string): string | undefined =>
  isBuiltin(path)
    ? (library.get(path.slice(builtinPrefix.length)) ?? boardTreeText(path))
    : undefined;

/** The path of a library file by the name between `<` and `>`. */
export const builtinPath = (name: string): string | undefined =>
  library.has(name) ? builtinPrefix + name : undefined;

export const builtinPaths = (): string[] => [...library.keys()].map((name) => builtinPrefix + name);

const hardwareInterfaces = `/** I/O ports of x86: \`in\` and \`out\` of 8, 16 and 32 bits. */
procedure IOPort {
    include <stdint.h>;

    uint8_t in8(in uint16_t ioport);
    uint16_t in16(in uint16_t ioport);
    uint32_t in32(in uint16_t ioport);
    uint8_t in8_offset(in uint16_t offset);
    uint16_t in16_offset(in uint16_t offset);
    uint32_t in32_offset(in uint16_t offset);
    void out8(in uint16_t ioport, in uint8_t value);
    void out16(in uint16_t ioport, in uint16_t value);
    void out32(in uint16_t ioport, in uint32_t value);
    void out8_offset(in uint16_t offset, in uint8_t value);
    void out16_offset(in uint16_t offset, in uint16_t value);
    void out32_offset(in uint16_t offset, in uint32_t value);
    /** Whether a port is one of this interface's. */
    int in_range(in unsigned int port);
}
`;

const debuggerInterfaces = `import "camkes-hardware.idl4";

/** What a debugger asks of the component that it debugs. */
procedure GDB_delegate {
    include <camkes/gdb/delegate_types.h>;

    int read_memory(in seL4_Word addr, in seL4_Word length, out delegate_mem_range_t data);
    int write_memory(in seL4_Word addr, in seL4_Word length, in delegate_mem_range_t data);
    void read_registers(in seL4_Word tcb_cap, out seL4_UserContext registers);
    void read_register(in seL4_Word tcb_cap, out seL4_Word reg, in seL4_Word reg_num);
    int write_registers(in seL4_Word tcb_cap, in seL4_UserContext registers, in int len);
    int write_register(in seL4_Word tcb_cap, in seL4_Word data, in seL4_Word reg_num);
    int insert_break(in seL4_Word tcb_cap, in seL4_Word type, in seL4_Word addr, in seL4_Word size, in seL4_Word rw);
    int remove_break(in seL4_Word tcb_cap, in seL4_Word type, in seL4_Word addr, in seL4_Word size, in seL4_Word rw);
    int resume(in seL4_Word tcb_cap);
    int step(in seL4_Word tcb_cap);
}

procedure CAmkES_Debug {
    void debug(inout int num);
}

/** The debugger's own component. */
component debug_server {
    provides CAmkES_Debug client_fault;
    uses IOPort serial_port;
    uses GDB_delegate delegate;
    consumes IRQ3 serial_irq;
    has binary_semaphore b;
    has mutex serial;
}

/** The serial line over which a debugger is reached. */
component debug_serial {
    hardware;
    provides IOPort serial;
    emits IRQ3 serial_irq;
}

connector seL4GDB {
    from Procedure;
    to Procedure;
}

connector seL4GDBMem {
    from Procedure;
    to Procedure;
}
`;

/** In the reference tools these two are declared beside the debugger's components. */
const declaredElsewhere: ReadonlySet<string> = new Set(['seL4GDB', 'seL4GDBMem']);

const library: ReadonlyMap<string, string> = new Map([
  [
    'std_connector.camkes',
    `import "camkes-hardware.idl4";\nimport "gdb-delegate.camkes";\n\n${connectorsOf('std_connector.camkes')}`,
  ],
  ['global-connectors.camkes', connectorsOf('global-connectors.camkes')],
  ['camkes-hardware.idl4', hardwareInterfaces],
  ['gdb-delegate.camkes', debuggerInterfaces],
]);

function connectorsOf(file: ConnectorLibrary): string {
  return connectorTable
    .filter(({ library, name }) => library === file && !declaredElsewhere.has(name))
    .map(textOf)
    .join('\n');
}

function textOf({ name, from, to, attributes = [], becomes }: ConnectorRow): string {
  return [
    `/** ${becomes} */`,
    `connector ${name} {`,
    `    from ${endText(from)};`,
    `    to ${endText(to)};`,
    ...attributes.map((attribute) => `    attribute bool ${attribute} = true;`),
    '}\n',
  ].join('\n');
}

function endText({ kind, isMany, isHardware, threads }: ConnectorEndType): string {
  const type = kind.charAt(0).toUpperCase() + kind.slice(1) + (isMany ? 's' : '');
  const count = threads === 1 ? '' : ` with ${String(threads)} threads`;
  return (isHardware ? 'hardware ' : '') + type + count;
}
