/** The loader’s assembly and the tables of the toolchain and the ABI agree on every number. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bootInfo,
  bootInfoBytes,
  extraBootInfo,
  initialSlot,
  maxBootUntypeds,
  untypedDescriptionBytes,
} from '../../../../../runtime/abi/boot-info.js';
import { allRights, cnodeData } from '../../../../../runtime/abi/cap-rights.js';
import { errors } from '../../../../../runtime/abi/errors.js';
import { ipcBuffer } from '../../../../../runtime/abi/ipc-buffer.js';
import { labelNumber, labelTable, type LabelName } from '../../../../../runtime/abi/labels.js';
import { objectTypes, slotBits } from '../../../../../runtime/abi/object-types.js';
import { syscalls } from '../../../../../runtime/abi/syscalls.js';
import { configuration } from '../../../../../runtime/kernel/configuration.js';
import { loaderPath, rootserverSources } from '../../../../../runtime/system/rootserver/sources.js';
import { assemble } from '../../../../../runtime/toolchain/assembly/assemble.js';
import {
  objectCNode,
  placePointer,
  schedControl,
  wordBits,
} from '../../../../../runtime/toolchain/capdl/loading/places.js';
import { planLoad } from '../../../../../runtime/toolchain/capdl/loading/plan.js';
import {
  firstOwnStep,
  ownSteps,
  phrases,
} from '../../../../../runtime/toolchain/capdl/loading/steps.js';
import {
  encodeTable,
  phraseFields,
  stepHeader,
  tableHeader,
} from '../../../../../runtime/toolchain/capdl/loading/table.js';
import { filesOf, object, specOf } from '../../../../support/loaded-system.js';

const loader = assemble(loaderPath, {
  readText: (path) => rootserverSources.get(path),
  readBytes: () => undefined,
});
const numbers = new Map(
  loader.object.symbols.flatMap(({ name, definition }) =>
    definition.kind === 'absolute' ? [[name, definition.value | 0] as const] : [],
  ),
);

function expectNumbers(expected: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(expected))
    assert.equal(numbers.get(name), value === undefined ? undefined : value | 0, name);
}

const prefixed = (
  prefix: string,
  fields: Readonly<Record<string, number>>,
): Record<string, number> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [prefix + name, value]));

describe('the assembly of the loader', () => {
  it('has no diagnostics', () => {
    assert.deepEqual(loader.diagnostics, []);
  });

  it('numbers the parts of the load table as the toolchain does', () => {
    const { bytes: tableBytes, ...table } = tableHeader;
    const { bytes: stepBytes, ...step } = stepHeader;
    assert.equal(tableBytes, 4 * Object.keys(table).length);
    expectNumbers({
      ...prefixed('Table_', table),
      ...prefixed('Step_', step),
      ...prefixed('Step_', ownSteps),
      ...prefixed('Phrase_', phraseFields),
      Step_firstOwn: firstOwnStep,
      Step_arguments: stepBytes,
      Places: placePointer(0),
      Place_objectCNode: objectCNode,
      Place_schedControl: schedControl,
    });
  });

  it('has the labels, system calls and object types of the ABI', () => {
    const table = labelTable(configuration.abiVersion);
    const labels: readonly LabelName[] = [
      'UntypedRetype',
      'TCBSetSpace',
      'TCBSuspend',
      'CNodeDelete',
      'CNodeCopy',
      'CNodeMint',
      'CNodeMove',
    ];
    for (const name of labels) expectNumbers({ [name]: labelNumber(table, name) });
    for (const name of ['Call', 'DebugPutChar', 'DebugNameThread'])
      expectNumbers({
        [`seL4_Sys${name}`]: syscalls.find((row) => row.name === name)?.number,
      });
    const type = (name: string): number | undefined =>
      objectTypes.find((row) => row.name === name)?.type;
    expectNumbers({
      seL4_UntypedObject: type('Untyped'),
      seL4_CapTableObject: type('CNode'),
      seL4_AllRights: allRights,
      seL4_WordBits: wordBits,
      seL4_SlotBits: slotBits,
      seL4_MaxRetype: configuration.retypeFanOutLimit,
    });
    assert.equal(cnodeData(0, 7), 7 << (numbers.get('CNodeData_guardSize') ?? 0));
  });

  it('finds BootInfo, the initial slots and the IPC buffer where the kernel puts them', () => {
    expectNumbers({
      seL4_CapInitThreadTCB: initialSlot.tcb,
      seL4_CapInitThreadCNode: initialSlot.cnode,
      seL4_CapInitThreadVSpace: initialSlot.vspace,
      seL4_CapIRQControl: initialSlot.irqControl,
      seL4_CapASIDControl: initialSlot.asidControl,
      seL4_CapDomain: initialSlot.domain,
      BootInfo_extraLength: bootInfo.extraLength,
      BootInfo_ipcBuffer: bootInfo.ipcBuffer,
      BootInfo_empty: bootInfo.empty,
      BootInfo_rootCNodeBits: bootInfo.rootCNodeSizeBits,
      BootInfo_schedControl: bootInfo.schedControl,
      BootInfo_untyped: bootInfo.untyped,
      BootInfo_untypedList: bootInfo.untypedList,
      BootInfo_bytes: bootInfoBytes,
      BootInfo_maxUntypeds: maxBootUntypeds,
      UntypedDesc_bytes: untypedDescriptionBytes,
      ExtraBootInfo_id: extraBootInfo.id,
      ExtraBootInfo_length: extraBootInfo.length,
      IPCBuffer_words: ipcBuffer.message,
      IPCBuffer_caps: ipcBuffer.capsOrBadges,
    });
  });

  it('knows the names of all errors, in the order of their numbers', () => {
    const text = rootserverSources.get(loaderPath.replace('loader.S', 'report.inc.S')) ?? '';
    const list = text.slice(
      text.indexOf('error_names:   '),
      text.indexOf('# What a refusal is about'),
    );
    assert.deepEqual(
      [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name),
      errors.map(({ name }) => name),
    );
  });
});

describe('a load table', () => {
  it('has a label of this kernel for every kind of step, below the loader’s own', () => {
    const table = labelTable(configuration.abiVersion);
    assert.ok(table.length <= firstOwnStep);
    for (const kind of Object.keys(phrases))
      assert.ok(
        Object.hasOwn(ownSteps, kind) || labelNumber(table, kind as LabelName) !== undefined,
        kind,
      );
  });

  it('makes objects of one kind with one step, the large ones first', () => {
    const plan = planLoad(
      specOf([
        object('a', 'ep'),
        object('b', 'frame', { sizeBits: 12 }),
        object('c', 'ep'),
        object('d', 'frame', { sizeBits: 22 }),
      ]),
      'x.cdl',
      filesOf(),
    );
    assert.deepEqual(plan.diagnostics, []);
    assert.deepEqual(
      plan.steps.map(({ kind, about, words }) => [kind, about, words.at(-1)]),
      [
        ['create', 'd', 1],
        ['create', 'b', 1],
        ['create', 'a', 2],
        ['end', 'the loader', undefined],
      ],
    );
    assert.deepEqual(plan.placeNames, ['d', 'b', 'a', 'c']);
  });

  it('says how large the CNode for all places is', () => {
    const spec = specOf(
      Array.from({ length: 15 }, (_, index) => object(`ep${String(index)}`, 'ep')),
    );
    const plan = planLoad(spec, 'x.cdl', filesOf());
    const bytes = encodeTable(plan, { abiVersion: 16, hasDebugCalls: true });
    // Fifteen and the two of the loader do not fit into 16.
    assert.equal(bytes[tableHeader.radix], 5);
  });

  it('carries a piece of a file once, however often it is used', () => {
    const fill = [
      {
        destinationOffset: 0,
        lengthBytes: 4096,
        source: { kind: 'file' as const, file: 'x.bin', offset: 0 },
      },
    ];
    const spec = specOf([
      object('a', 'frame', { sizeBits: 12, fill }),
      object('b', 'frame', { sizeBits: 12, fill }),
    ]);
    const files = filesOf(new Map([['systems/x.bin', new Uint8Array(8192)]]));
    assert.equal(planLoad(spec, 'systems/x.cdl', files).contents.length, 4096);
  });
});
