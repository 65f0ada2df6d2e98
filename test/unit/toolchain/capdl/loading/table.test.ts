/** What a load table is made of, and in which order. What it says is tested by the systems that are loaded from it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelNumber, labelTable, type LabelName } from '../../../../../runtime/abi/labels.js';
import { configuration } from '../../../../../runtime/kernel/configuration.js';
import { planLoad } from '../../../../../runtime/toolchain/capdl/loading/plan.js';
import {
  firstOwnStep,
  ownSteps,
  phrases,
} from '../../../../../runtime/toolchain/capdl/loading/steps.js';
import { encodeTable, tableHeader } from '../../../../../runtime/toolchain/capdl/loading/table.js';
import { filesOf, object, specOf } from '../../../../support/loaded-system.js';

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
