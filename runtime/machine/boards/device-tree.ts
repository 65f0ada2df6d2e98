/**
 * The device tree of a board, read from its table: what an operating system that does not know the board needs
 * to find harts, memory and devices. Names of nodes and properties are those that QEMU gives its virt board;
 * what that one has and ours has not (flash, PCI, virtio, a random seed) is not in the tree.
 */
import { instructions } from '../../isa/table.js';
import type { Board, DeviceRegion } from './board.js';
import { flattenDeviceTree, type PropertyValue, type TreeNode } from './flattened-device-tree.js';

export const boardDeviceTree = (board: Board): Uint8Array => flattenDeviceTree(deviceTree(board));

/** Handles by which nodes name each other; 0 names nothing. */
interface Handles {
  readonly cpu: (hart: number) => number;
  readonly hartInterrupts: (hart: number) => number;
  readonly device: (name: string) => number;
}

export function deviceTree(board: Board): TreeNode {
  const handles = handlesOf(board);
  const console = board.devices.find(({ name }) => name === board.console);
  const syscons = board.devices.flatMap((device) =>
    Object.entries(device.node.commands ?? {}).map(([name, value]) => [
      name,
      {
        properties: {
          compatible: `syscon-${name}`,
          regmap: handles.device(device.name),
          offset: 0,
          value,
        },
      },
    ]),
  );
  return {
    properties: {
      '#address-cells': 2,
      '#size-cells': 2,
      compatible: board.compatible,
      model: board.model,
    },
    children: {
      chosen: {
        properties: console === undefined ? {} : { 'stdout-path': `/soc/${nodeName(console)}` },
      },
      ...(Object.fromEntries(syscons) as Record<string, TreeNode>),
      [`memory@${board.ram.base.toString(16)}`]: {
        properties: { device_type: 'memory', reg: range(board.ram.base, board.ram.sizeBytes) },
      },
      cpus: cpus(board, handles),
      soc: {
        properties: {
          '#address-cells': 2,
          '#size-cells': 2,
          compatible: 'simple-bus',
          ranges: true,
        },
        children: Object.fromEntries(
          board.devices.map((device) => [nodeName(device), deviceNode(board, device, handles)]),
        ),
      },
    },
  };
}

function handlesOf(board: Board): Handles {
  const names = board.devices.map(({ name }) => name);
  return {
    cpu: (hart) => 1 + 2 * hart,
    hartInterrupts: (hart) => 2 + 2 * hart,
    device: (name) => 1 + 2 * board.harts + names.indexOf(name),
  };
}

function cpus(board: Board, handles: Handles): TreeNode {
  const harts = Array.from({ length: board.harts }, (_, hart) => hart);
  return {
    properties: {
      '#address-cells': 1,
      '#size-cells': 0,
      'timebase-frequency': board.timeTicksPerSecond,
    },
    children: {
      ...Object.fromEntries(
        harts.map((hart) => [`cpu@${hart.toString(16)}`, cpu(hart, handles)] as const),
      ),
      'cpu-map': {
        properties: {},
        children: {
          cluster0: {
            properties: {},
            children: Object.fromEntries(
              harts.map((hart) => [
                `core${String(hart)}`,
                { properties: { cpu: handles.cpu(hart) } },
              ]),
            ),
          },
        },
      },
    },
  };
}

const cpu = (hart: number, handles: Handles): TreeNode => ({
  properties: {
    phandle: handles.cpu(hart),
    device_type: 'cpu',
    reg: hart,
    status: 'okay',
    compatible: 'riscv',
    'riscv,isa': isaString(),
    'mmu-type': 'riscv,sv32',
  },
  children: {
    'interrupt-controller': {
      properties: {
        '#interrupt-cells': 1,
        'interrupt-controller': true,
        compatible: 'riscv,cpu-intc',
        phandle: handles.hartInterrupts(hart),
      },
    },
  },
});

/** `rv32imac_zicsr_zifencei`: letters in the order of the unprivileged manual (27.11), then the long names. */
function isaString(): string {
  const extensions = new Set<string>(instructions.map(({ extension }) => extension));
  const letters = Array.from('IMAFDCV').filter((letter) => extensions.has(letter));
  const long = [...extensions].filter((name) => name.startsWith('Z')).sort();
  return ['rv32' + letters.join(''), ...long].join('_').toLowerCase();
}

const nodeName = ({ node, base }: DeviceRegion): string => `${node.name}@${base.toString(16)}`;

function deviceNode(board: Board, device: DeviceRegion, handles: Handles): TreeNode {
  const { node } = device;
  const controller = board.devices.find((each) => each.node.isInterruptController === true);
  const properties: Record<string, PropertyValue> = {
    phandle: handles.device(device.name),
    compatible: node.compatible,
    reg: range(device.base, node.sizeBytes ?? device.sizeBytes),
  };
  if (device.interrupts.length > 0 && controller !== undefined) {
    properties['interrupt-parent'] = handles.device(controller.name);
    properties['interrupts'] = device.interrupts;
  }
  if (node.hartInterrupts !== undefined) {
    const harts = Array.from({ length: board.harts }, (_, hart) => handles.hartInterrupts(hart));
    properties['interrupts-extended'] = harts.flatMap((handle) =>
      (node.hartInterrupts ?? []).flatMap((cause) => [handle, cause]),
    );
  }
  if (node.isInterruptController === true) {
    properties['interrupt-controller'] = true;
    properties['#interrupt-cells'] = 1;
    properties['#address-cells'] = 0;
    properties['riscv,ndev'] = board.interruptCount;
  }
  return { properties: { ...properties, ...node.properties } };
}

/** Address and size of two cells each; both are below 2^32. */
const range = (base: number, sizeBytes: number): readonly number[] => [0, base, 0, sizeBytes];
