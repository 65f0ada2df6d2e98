/** Random small systems in words: any connector between any instances, in groups or not, with odd settings. */
import fc from './fast-check.js';
import { connectorTable } from '../../runtime/toolchain/camkes/connectors.js';
import type { Dialect } from '../../runtime/toolchain/camkes/system.js';
import type { SystemWords } from './camkes-system.js';

const memberOf = {
  event: { from: 'emits', to: 'consumes' },
  procedure: { from: 'uses', to: 'provides' },
  dataport: { from: 'dataport', to: 'dataport' },
} as const;

interface Draft {
  readonly connector: number;
  readonly from: readonly number[];
  readonly to: number;
  readonly sizePages: number;
}

const settingNames = [
  '_stack_size',
  '_priority',
  'cantripos',
  'cnode_headroom',
  'cnode_size_bits',
  'tcb_pool',
  'untyped12_pool',
  'dma_pool',
  'untyped_memory',
  'asid_pool',
  'simple',
  'global_endpoint_mask',
];

export const systemWords: fc.Arbitrary<SystemWords> = fc
  .record({
    dialect: fc.constantFrom<Dialect>('upstream', 'sparrow'),
    groups: fc.array(fc.constantFrom('', 'g', 'h'), { minLength: 1, maxLength: 4 }),
    connections: fc.array(
      fc.record<Draft>({
        connector: fc.nat(connectorTable.length - 1),
        from: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
        to: fc.nat(3),
        sizePages: fc.constantFrom(0, 1, 2, 1024),
      }),
      { maxLength: 5 },
    ),
    settings: fc.array(
      fc.tuple(
        fc.nat(3),
        fc.constantFrom(...settingNames),
        fc.constantFrom<bigint | string | undefined>(
          0n,
          1n,
          5n,
          300n,
          100n,
          1n << 40n,
          'x',
          undefined,
        ),
      ),
      { maxLength: 8 },
    ),
    hasAddresses: fc.boolean(),
  })
  .map(({ dialect, groups, connections, settings, hasAddresses }) => {
    const components: Record<string, string[]> = {};
    const instances: Record<string, string> = {};
    groups.forEach((group, index) => {
      components[`C${String(index)}`] = ['mutex m', 'copyregion R 4096'];
      instances[`i${String(index)}`] = `C${String(index)}${group === '' ? '' : ` in ${group}`}`;
    });
    const values: Record<string, bigint | string | undefined> = {};
    const lines: string[] = [];
    connections.forEach((draft, number) => {
      const row = connectorTable[draft.connector];
      if (row === undefined) return;
      const size = draft.sizePages === 0 ? '' : ` ${String(draft.sizePages * 4096)}`;
      const endOf = (side: 'from' | 'to', wanted: number): string => {
        const port = `p${String(number)}${side}${String(wanted)}`;
        const { kind, isHardware } = row[side];
        const member = `${memberOf[kind][side]} ${port}${kind === 'dataport' ? size : ''}`;
        if (!isHardware) {
          const index = wanted % groups.length;
          components[`C${String(index)}`]?.push(member);
          return `i${String(index)}.${port}`;
        }
        const device = `d${String(number)}${side}${String(wanted)}`;
        components[device.toUpperCase()] = ['hardware', member];
        instances[device] = device.toUpperCase();
        if (hasAddresses) {
          values[`${device}.${port}_paddr`] = 0x4000_0000n + BigInt(number) * 0x1000_0000n;
          values[`${device}.${port}_size`] = BigInt(Math.max(draft.sizePages, 1) * 4096);
          values[`${device}.${port}_irq_number`] = BigInt(number * 8 + wanted);
        }
        return `${device}.${port}`;
      };
      const from = [...new Set(row.from.isMany ? draft.from : draft.from.slice(0, 1))];
      const ends = from.map((wanted) => endOf('from', wanted));
      lines.push(`${row.name} c${String(number)} ${ends.join(', ')} -> ${endOf('to', draft.to)}`);
    });
    for (const [index, name, value] of settings)
      values[`i${String(index % groups.length)}.${name}`] = value;
    return { dialect, components, instances, connections: lines, settings: values };
  });
