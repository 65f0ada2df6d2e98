/**
 * Whether an instance may take memory after its start: its own setting says so, or else the project's rule. By that rule
 * a driver may not, whatever it is called: an instance that handles interrupts, or has registers of a device.
 */
import type { AllocationRule } from '../../settings/cantrip-json.js';
import type { Instance } from '../system.js';
import type { EndBinding } from './bindings.js';
import type { CompileContext } from './context.js';
import { textSetting } from './setting-values.js';

export function allocationAfterInit(
  context: CompileContext,
  instance: Instance,
  ends: Iterable<EndBinding>,
): 'allowed' | 'forbidden' {
  const own = textSetting(context, instance.name, 'allocation_after_init');
  const rule: AllocationRule = context.allocationAfterInit;
  if (own === 'forbidden' || own === 'allowed') return own;
  if (rule !== 'drivers') return rule;
  return [...ends].some(isOfHardware) ? 'forbidden' : 'allowed';
}

const isOfHardware = ({ connection, side, interrupts, registers }: EndBinding): boolean =>
  interrupts !== undefined ||
  registers !== undefined ||
  connection.connector[side === 'from' ? 'to' : 'from'].isHardware;
