/** The texts of the languages bench: made here, so that each run anywhere reads the same. */

/** An assembly of so many components, each of which calls the one before it: 11 lines each. */
export function camkesText(components: number): string {
  const types: string[] = [];
  const parts: string[] = [];
  const settings: string[] = [];
  for (let index = 0; index < components; index += 1) {
    const isFirst = index === 0;
    types.push(
      `component Part${index} {`,
      '    control;',
      '    provides Work own;',
      isFirst ? '    has mutex lock;' : '    uses Work before;',
      '    dataport Buf(4 * KIB) log;',
      '    attribute int size = 2 * KIB; // of the buffer',
      '}',
    );
    parts.push(`        component Part${index} part${index};`);
    if (!isFirst) {
      const ends = `from part${index}.before, to part${index - 1}.own`;
      parts.push(`        connection seL4RPCCall call${index}(${ends});`);
    }
    settings.push(`        part${index}.size = KIB + ${index};`);
  }
  return [
    'import <std_connector.camkes>;',
    '#define KIB 1024',
    'procedure Work { int run(in int a, out string b); }',
    ...types,
    'assembly {',
    '    composition {',
    ...parts,
    '    }',
    '    configuration {',
    ...settings,
    '    }',
    '}',
    '',
  ].join('\n');
}

/** A system of so many components, each with a thread, a page table, frames and a CNode: 18 lines each. */
export function capdlText(components: number): string {
  const objects: string[] = [];
  const caps: string[] = [];
  for (let index = 0; index < components; index += 1) {
    const name = `component_${index.toString().padStart(6, '0')}`;
    objects.push(
      `${name}_cnode = cnode (4 bits)`,
      `${name}_ep = ep`,
      `${name}_frame_0 = frame (4k, fill: [{0 4096 CDL_FrameFill_FileData "${name}_group_bin" 4096}])`,
      `${name}_pd = pt`,
      `${name}_tcb = tcb (addr: 0x1000, ip: 0x1010, sp: 0x2000, prio: 254, max_prio: 254, affinity: 0, init: [1])`,
      `${name}_pt = pt`,
    );
    caps.push(
      `${name}_cnode {`,
      `0x1: ${name}_cnode (guard: 0, guard_size: 28)`,
      `0x2: ${name}_ep (RWGP, badge: ${index})`,
      `0x3: ${name}_frame_0 (RW)`,
      '}',
      `${name}_tcb {`,
      `cspace: ${name}_cnode (guard: 0, guard_size: 28)`,
      `vspace: ${name}_pd`,
      `ipc_buffer_slot: ${name}_frame_0 (RW)`,
      '}',
      `${name}_pd { 0x0: ${name}_pt }`,
      `${name}_pt { 0x1: ${name}_frame_0 (RWX) }`,
    );
  }
  return ['arch riscv', 'objects {', ...objects, '} caps {', ...caps, '}', ''].join('\n');
}
