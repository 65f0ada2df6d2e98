/**
 * A system with something for every invocation to hit: objects of every type, several threads that share
 * the root task's CSpace, badges, mappings, a second CSpace and VSpace. Slots `playground` are the ones that
 * random steps fill, empty and name; what they start with is here.
 */
import { fixtureBoard, fixtureImage, KernelFixture, type BootOptions } from './kernel-fixture.js';

/** Slots of the root CNode, from 1001 on as the fixture hands them out. */
export const playground = { first: 1001, count: 96 } as const;

/** Slots that the kernel fills at boot and that a root task invokes. */
export const initialSlots = [
  'tcb',
  'cnode',
  'vspace',
  'irqControl',
  'asidControl',
  'asidPool',
  'domain',
  'sc',
  'schedControl',
] as const;

/** 2048 slots instead of 4096: checking the invariants looks at each. */
const rootCNodeRadix = 11;

export function populate(domains: number, options: BootOptions = {}): KernelFixture {
  const settings = { rootCNodeRadix, domains };
  const k = new KernelFixture(fixtureBoard, fixtureImage, { ...options, settings });
  k.checks = false;
  // The untyped that all comes from is not in the playground: revoking it would end every sequence early.
  k.make('Untyped', 'arena', 17);
  k.make('Untyped', 'small', 15);
  k.make('Untyped', 'pool', 12);
  k.make('Untyped', 'tiny', 8);
  k.make('4K_Page', 'deviceFrame', 0, 'device');
  for (const name of ['e', 'f', 'g']) k.make('Endpoint', name);
  for (const name of ['n', 'm']) k.make('Notification', name);
  for (const name of ['r', 'r2', 'r3']) k.make('Reply', name);
  k.make('CNode', 'c', 4, 'arena');
  k.make('CNode', 'large', 8, 'arena');
  for (const name of ['f1', 'f2']) k.make('4K_Page', name, 0, 'arena');
  for (const name of ['pt', 'pt2', 'v']) k.make('PageTable', name, 0, 'arena');
  k.make('SchedContext', 'spare', 8, 'small');
  k.mint('e', 'e7', 7);
  k.mint('f', 'f9', 9, 0x9);
  k.mint('n', 'n1', 1);
  k.mint('m', 'm2', 2, 1);
  k.copy('f1', 'f1.readOnly', 2);
  k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
  k.succeeds('pt', 'RISCVPageTableMap', [0x40_0000, 0], ['v']);
  k.succeeds('f1', 'RISCVPageMap', [0x40_1000, 3, 0], ['v']);
  for (const [name, irq, signals] of [
    ['irq', 7, 'n1'],
    ['irq2', 9, 'm2'],
  ] as const) {
    k.succeeds('irqControl', 'IRQIssueIRQHandler', [irq, k.slot(name), 32], ['cnode']);
    k.succeeds(name, 'IRQSetIRQHandler', [], [signals]);
  }
  k.thread('a', { faultEndpoint: 'e7', priority: 200 });
  k.thread('b', { priority: 200, budget: 1000, period: 5000, faultEndpoint: 'f9' });
  k.thread('d', { priority: 255, passive: true });
  k.thread('h', { priority: 100, budget: 400, period: 900 });
  k.succeeds('a', 'TCBBindNotification', [], ['n']);
  k.succeeds('b', 'TCBSetTimeoutEndpoint', [], ['g']);
  if (domains > 1) {
    k.succeeds('domain', 'DomainSetSet', [1], ['b']);
    [0, 1, 0, 2].forEach((domain, index) => {
      k.succeeds('domain', 'DomainScheduleConfigure', [index, domain, 700, 0]);
    });
    k.succeeds('domain', 'DomainScheduleSetStart', [0]);
  }
  k.checks = true;
  k.check('populating');
  k.checks = false;
  return k;
}
