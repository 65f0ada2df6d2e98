/**
 * What every platform interrupt controller does, whatever its register layout: gateways, priorities,
 * thresholds, claim and complete. PLIC specification 1.0, chapters 1 to 9. A context is one hart in one
 * privilege mode; source 0 means "none".
 */
import type { DeviceState } from '../bus/device.js';
import type { IrqLine, SupervisorInterrupts } from '../ports.js';

export interface InterruptSources {
  readonly count: number;
  /** The wire from a device into the gateway of `source`. */
  readonly line: (source: number) => IrqLine;
  isPending(source: number): boolean;
  priority(source: number): number;
  setPriority(source: number, priority: number): void;
  isEnabled(context: number, source: number): boolean;
  setEnabled(context: number, source: number, enabled: boolean): void;
  threshold(context: number): number;
  setThreshold(context: number, threshold: number): void;
  /** What `claim` would give; for `claim` the threshold does not count, for the interrupt it does. */
  best(context: number): number;
  claim(context: number): number;
  complete(context: number, source: number): void;
  /** A context as a supervisor's interrupt port, for software that stands in for a driver. */
  supervisorInterrupts(context: number): SupervisorInterrupts;
  reset(): void;
  save(): DeviceState;
  load(state: DeviceState): void;
}

/**
 * How a line makes a source pending. `level`: while it is up and not in service, as the specification has it for
 * level-triggered devices. `request`: whenever its device drives it up, and until the device drives it down; a
 * line that stays up over a completion asks for nothing more, as in QEMU.
 */
export type Gateway = 'level' | 'request';

/** `outputs` has one line per context, into the hart. Sources are 1…count. */
export function createInterruptSources(
  count: number,
  outputs: readonly IrqLine[],
  gateway: Gateway,
): InterruptSources {
  const level = new Uint8Array(count + 1);
  const pending = new Uint8Array(count + 1);
  /** Claimed and not completed: the gateway forwards nothing more. */
  const inService = new Uint8Array(count + 1);
  const priorities = new Uint8Array(count + 1);
  const enabled = outputs.map(() => new Uint8Array(count + 1));
  const thresholds = outputs.map(() => 0);

  const best = (context: number): number => {
    const enables = enabled[context] ?? pending;
    let chosen = 0;
    let highest = 0;
    // "Ties between global interrupts of the same priority are broken by the interrupt ID; interrupts
    // with the lowest ID have the highest effective priority." (chapter 5)
    for (let source = 1; source <= count; source += 1) {
      const priority = priorities[source] ?? 0;
      if (pending[source] === 0 || inService[source] === 1) continue;
      if (enables[source] === 1 && priority > highest) {
        chosen = source;
        highest = priority;
      }
    }
    return chosen;
  };
  const update = (): void => {
    outputs.forEach((output, context) => {
      const source = best(context);
      output.set(source !== 0 && (priorities[source] ?? 0) > (thresholds[context] ?? 0));
    });
  };
  const sample = (source: number): void => {
    if (level[source] === 1 && inService[source] === 0) pending[source] = 1;
  };
  const drive = (source: number, high: number): void => {
    if (gateway === 'level' && level[source] === high) return;
    level[source] = high;
    if (gateway === 'level') sample(source);
    else pending[source] = high;
    update();
  };
  const endService = (source: number): void => {
    inService[source] = 0;
    if (gateway === 'level') sample(source);
    update();
  };
  const claim = (context: number): number => {
    const source = best(context);
    if (source !== 0) {
      pending[source] = 0;
      inService[source] = 1;
      update();
    }
    return source;
  };
  const complete = (context: number, source: number): void => {
    // "If the completion ID does not match an interrupt source that is currently enabled for the
    // target, the completion is silently ignored." (chapter 9)
    if (enabled[context]?.[source] === 1) endService(source);
  };
  const setEnabled = (context: number, source: number, on: boolean): void => {
    const enables = enabled[context];
    if (enables === undefined || source < 1 || source > count) return;
    enables[source] = Number(on);
    update();
  };

  return {
    count,
    line: (source) => ({
      set(high) {
        drive(source, Number(high));
      },
    }),
    isPending: (source) => pending[source] === 1,
    priority: (source) => priorities[source] ?? 0,
    setPriority(source, priority) {
      priorities[source] = priority;
      update();
    },
    isEnabled: (context, source) => enabled[context]?.[source] === 1,
    setEnabled,
    threshold: (context) => thresholds[context] ?? 0,
    setThreshold(context, threshold) {
      thresholds[context] = threshold;
      update();
    },
    best,
    claim,
    complete,
    supervisorInterrupts: (context) => ({
      count,
      claim: () => claim(context),
      // A driver that masked the source while it was in service still means this completion.
      complete: endService,
      setEnabled(source, on) {
        if (on && priorities[source] === 0) priorities[source] = 1;
        setEnabled(context, source, on);
      },
    }),
    reset() {
      for (const cells of [level, pending, inService, priorities, ...enabled]) cells.fill(0);
      thresholds.fill(0);
      update();
    },
    save: () => ({
      level: [...level],
      pending: [...pending],
      inService: [...inService],
      priorities: [...priorities],
      enabled: enabled.map((enables) => [...enables]),
      thresholds: [...thresholds],
    }),
    load(state) {
      level.set(state['level'] as readonly number[]);
      pending.set(state['pending'] as readonly number[]);
      inService.set(state['inService'] as readonly number[]);
      priorities.set(state['priorities'] as readonly number[]);
      (state['enabled'] as readonly (readonly number[])[]).forEach((enables, context) => {
        enabled[context]?.set(enables);
      });
      (state['thresholds'] as readonly number[]).forEach((threshold, context) => {
        thresholds[context] = threshold;
      });
      update();
    },
  };
}
