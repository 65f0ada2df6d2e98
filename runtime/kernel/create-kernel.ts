/** The kernel as the platform sees it: ports in, a supervisor out. */
import type { SupervisedHart, SupervisorTrap } from '../machine/ports.js';
import { bootRootTask } from './boot.js';
import type { CreateKernel, Kernel } from './kernel.js';
import { KernelState } from './kernel-state.js';
import { handleTrap } from './trap.js';

export const createKernel: CreateKernel = (ports): Kernel => {
  const state = new KernelState(ports);
  return {
    boot: (image, hart: SupervisedHart) => bootRootTask(state, image, hart),
    trap: (hart: SupervisedHart, trap: SupervisorTrap) => handleTrap(state, hart, trap),
  };
};
