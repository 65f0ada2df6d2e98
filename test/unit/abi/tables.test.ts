import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bootInfo,
  bootInfoBytes,
  bootInfoFields,
  initialSlots,
} from '../../../runtime/abi/boot-info.js';
import { cnodeData, cnodeDataGuard, cnodeDataGuardSize } from '../../../runtime/abi/cap-rights.js';
import { errorCode, errorNamed, errors } from '../../../runtime/abi/errors.js';
import { faultLabel, faultLabelled, faults } from '../../../runtime/abi/faults.js';
import { ipcBufferFields } from '../../../runtime/abi/ipc-buffer.js';
import { labelNumber, labelRows, labelTable, type LabelName } from '../../../runtime/abi/labels.js';
import { lookupFailures } from '../../../runtime/abi/lookup-failures.js';
import {
  infoCapsUnwrapped,
  infoExtraCaps,
  infoLabel,
  infoLength,
  messageInfo,
} from '../../../runtime/abi/message-info.js';
import { objectSizeBits, objectTypes } from '../../../runtime/abi/object-types.js';
import { syscallNumbered, syscalls } from '../../../runtime/abi/syscalls.js';
import { contextRegisters, savedIndex, savedRegisters } from '../../../runtime/abi/user-context.js';

const numbers = (version: 13 | 14 | 16, names: readonly LabelName[]): (number | undefined)[] =>
  names.map((name) => labelNumber(labelTable(version), name));

describe('invocation labels', () => {
  it('have the numbers of seL4 16.0 MCS on riscv32', () => {
    const expected: Partial<Record<LabelName, number>> = {
      UntypedRetype: 1,
      TCBReadRegisters: 2,
      TCBConfigure: 5,
      TCBSetSchedParams: 8,
      TCBSetTimeoutEndpoint: 9,
      TCBSetSpace: 11,
      TCBResume: 13,
      TCBSetTLSBase: 16,
      TCBSetFlags: 17,
      CNodeRevoke: 18,
      CNodeCopy: 21,
      CNodeRotate: 25,
      IRQIssueIRQHandler: 26,
      IRQClearIRQHandler: 29,
      DomainSetSet: 30,
      SchedControlConfigureFlags: 33,
      SchedContextYieldTo: 38,
      RISCVPageTableMap: 39,
      RISCVPageGetAddress: 43,
      RISCVASIDPoolAssign: 45,
      RISCVIRQIssueIRQHandlerTrigger: 46,
    };
    for (const [name, number] of Object.entries(expected)) {
      assert.equal(labelNumber(labelTable(16), name as LabelName), number, name);
    }
    assert.equal(labelTable(16).length, 47);
  });

  it('shift by two in 14.0 and by three in 13.0', () => {
    assert.deepEqual(
      numbers(14, ['TCBSetFlags', 'DomainSetSet', 'RISCVPageTableMap']),
      [17, 30, 37],
    );
    assert.deepEqual(numbers(13, ['TCBSetFlags', 'CNodeRevoke', 'RISCVPageTableMap']), [
      undefined,
      17,
      36,
    ]);
  });

  it('are documented, each with the name of its method', () => {
    for (const row of labelRows) {
      assert.match(row.method, /^[A-Za-z]+_/);
      assert.match(row.doc, /\.$/);
    }
  });
});

describe('system calls', () => {
  it('have the numbers of MCS, without gaps', () => {
    assert.deepEqual(
      syscalls.map(({ number }) => number),
      Array.from({ length: 17 }, (_, index) => -1 - index),
    );
    assert.equal(syscallNumbered(-1)?.name, 'Call');
    assert.equal(syscallNumbered(0xffff_fff5)?.name, 'Yield');
    assert.equal(syscallNumbered(-17)?.name, 'DebugNameThread');
    assert.equal(syscallNumbered(0), undefined);
    assert.equal(syscallNumbered(-18), undefined);
    assert.equal(syscallNumbered(5), undefined);
  });
});

describe('errors, lookup failures and faults', () => {
  it('are numbered as libsel4 numbers them', () => {
    errors.forEach((row, index) => {
      assert.equal(row.code, index);
      assert.equal(errorCode[row.name], index);
      assert.equal(errorNamed(index), row);
    });
    assert.equal(errors.length, 11);
    assert.deepEqual(
      lookupFailures.map(({ type, words }) => [type, words.length]),
      [
        [1, 0],
        [2, 1],
        [3, 2],
        [4, 3],
      ],
    );
    assert.deepEqual(
      faults.map(({ label }) => label),
      [1, 2, 3, 5, 6],
    );
    assert.equal(faultLabelled(faultLabel.VMFault)?.words.length, 4);
    assert.equal(faultLabelled(4), undefined);
  });
});

describe('object types', () => {
  it('have the sizes of MCS without FPU', () => {
    const sizes = objectTypes.map((row) => [row.name, objectSizeBits(row, 8)]);
    assert.deepEqual(sizes, [
      ['Untyped', 8],
      ['TCB', 9],
      ['Endpoint', 4],
      ['Notification', 5],
      ['CNode', 12],
      ['SchedContext', 8],
      ['Reply', 4],
      ['4K_Page', 12],
      ['Mega_Page', 22],
      ['PageTable', 12],
    ]);
    objectTypes.forEach((row, index) => {
      assert.equal(row.type, index);
    });
  });
});

describe('words that carry fields', () => {
  it('pack and unpack message infos', () => {
    const info = messageInfo(0x12345, 5, 2, 100);
    assert.deepEqual(
      [infoLabel(info), infoCapsUnwrapped(info), infoExtraCaps(info), infoLength(info)],
      [0x12345, 5, 2, 100],
    );
    assert.equal(infoLength(127), 120);
  });

  it('pack and unpack CNode data', () => {
    const data = cnodeData(0x3_ffff, 31);
    assert.deepEqual([cnodeDataGuard(data), cnodeDataGuardSize(data)], [0x3_ffff, 31]);
  });
});

describe('structures in memory', () => {
  it('of the IPC buffer fill 512 bytes without a gap', () => {
    let end = 0;
    for (const field of ipcBufferFields) {
      assert.equal(field.offset, end, field.name);
      end += 4 * field.words;
    }
    assert.equal(end, 512);
  });

  it('of BootInfo have no gap and the size of MCS', () => {
    let end = 0;
    for (const field of bootInfoFields) {
      assert.equal(field.offset, end, field.name);
      end += 4 * field.words;
    }
    assert.equal(end, bootInfoBytes);
    assert.equal(bootInfo.untypedList, 92);
    assert.equal(initialSlots.length, 16);
  });

  it('of registers lead from one order to the other', () => {
    assert.equal(contextRegisters.length, 32);
    assert.equal(savedRegisters.length, 35);
    assert.equal(new Set(savedIndex).size, 32);
    assert.equal(savedIndex[0], savedRegisters.indexOf('FaultIP'));
    assert.ok(savedIndex.every((index) => index >= 0));
  });
});
