/**
 * What the mutation runner tries on each mutant: all scripts of refusals and capability faults, from where their
 * systems are there; then the other tests of the kernel, of which the bundle keeps the bodies (node-test.mjs).
 */
import { capFaultChecks } from '../kernel/refusals/cap-faults.js';
import { tellAnyObject } from '../kernel/refusals/any-object.js';
import { cnodes } from '../kernel/refusals/cnodes.js';
import { memory } from '../kernel/refusals/memory.js';
import { spaces } from '../kernel/refusals/spaces.js';
import { threads } from '../kernel/refusals/threads.js';
import { time } from '../kernel/refusals/time.js';
import { checksOf } from '../support/refusals.js';
import '../kernel/truncated-messages.test.js';
import '../kernel/tcb.test.js';
import '../kernel/cnode.test.js';
import '../kernel/untyped.test.js';
import '../kernel/address-space.test.js';
import '../kernel/domains.test.js';
import '../kernel/notification.test.js';
import '../kernel/ipc.test.js';
import '../kernel/faults.test.js';
import '../kernel/flags.test.js';
import '../kernel/rights.test.js';
import '../kernel/scheduling.test.js';
import '../kernel/cap-faults.test.js';
import '../kernel/boot.test.js';
import '../kernel/badge-families.test.js';

export interface Check {
  readonly title: string;
  /** Makes what is there; what it answers may be run again and again from there. */
  readonly prepare: () => () => void;
}

tellAnyObject([]);

export const scripts: readonly Check[] = [
  ...[...memory, ...cnodes, ...threads, ...time, ...spaces].flatMap(checksOf),
  ...capFaultChecks,
];
